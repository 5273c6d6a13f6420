import { executeRun } from '../../harness/run.ts';
import type { MeasureRun } from '../../measures/measure.ts';
import { EvalkitError } from '../../records/error.ts';
import { planHash } from '../../records/keys.ts';
import type { RunToRender } from '../../report/humaneval/rendition.ts';
import { RunStore } from '../../store/run-store.ts';
import { fingerprintDifferences, sessionOf } from '../fingerprint.ts';
import type { Host } from '../host.ts';
import { resolveModels } from '../models/choose.ts';
import { writeReportFiles } from '../report-files.ts';
import { describeSandbox } from '../sandbox.ts';
import { commandLine } from '../where-more.ts';
import { checkTestSeed, newTestSeed } from '../test-seed.ts';
import type { HumanevalOptions } from './options.ts';
import { type PreparedRun, prepareRun } from './prepare.ts';

/** A run's folder and what it says. */
export type HumanevalRun = RunToRender & { readonly folder: string };

/** All of `evalkit humaneval`: from checked options to the report of the finished run. */
export async function runHumaneval(options: HumanevalOptions, host: Host): Promise<HumanevalRun> {
  await using prepared = await prepareRun(options, host, {
    isDry: false,
    models: (items, opened) => resolveModels(items, { options, host, opened }),
  });
  const { folder } = prepared;
  if (folder === undefined) {
    throw new Error('a run without a folder');
  }
  await execute(prepared, folder, { options, host });
  const of = await writeReportFiles(folder, prepared.tasks);
  host.progress({ kind: 'note', text: `run: ${folder}` });
  return { ...of, folder };
}

async function execute(
  prepared: PreparedRun,
  folder: string,
  { options, host }: { readonly options: HumanevalOptions; readonly host: Host },
): Promise<void> {
  const { threads } = options;
  const { progress, signal, availableMemory } = host;
  const session = sessionOf(host, prepared.plan.grading.grader.runtime);
  await using store = await openStore(folder, prepared, { session, options, host });
  const { measures, ...run } = prepared;
  try {
    await executeRun(measures, {
      ...run,
      store,
      session,
      threads,
      availableMemory,
      progress,
      signal,
    });
  } catch (error) {
    if (error instanceof EvalkitError && store.completions.size > 0) {
      // What was generated and judged is worth its report whatever a later measure stumbles over.
      await writeReportFiles(folder, prepared.tasks);
    }
    throw error;
  }
}

/** Opens or begins the run; says so if it was begun on another machine or with other software. */
async function openStore(
  folder: string,
  { plan, sandbox }: PreparedRun,
  {
    session,
    options,
    host,
  }: {
    readonly session: MeasureRun['session'];
    readonly options: HumanevalOptions;
    readonly host: Host;
  },
): Promise<RunStore> {
  const store = await RunStore.open({
    folder,
    fresh: options.fresh,
    header: {
      version: 2,
      kind: 'humaneval',
      ...session,
      planHash: planHash(plan),
      ...(host.words === undefined ? {} : { command: commandLine(host.words) }),
      plan,
      sandbox: describeSandbox(sandbox.identity),
      testSeed: newTestSeed(options),
    },
  });
  checkTestSeed(options, store.header);
  const differences = fingerprintDifferences(store.header.fingerprint, session.fingerprint);
  if (differences.length > 0) {
    host.progress({
      kind: 'warning',
      text: `this run was started on another machine or with other software, so floats may differ: ${differences.join(', ')}`,
    });
  }
  return store;
}
