import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { HumanevalOptions } from '../config/humaneval-options.ts';
import { createLlamaCppEngine } from '../engines/llama-cpp/engine.ts';
import { loadHumanEval } from '../harness/load-humaneval.ts';
import { makePlan } from '../harness/plan.ts';
import { executeRun } from '../harness/run.ts';
import { selectTasks } from '../harness/tasks.ts';
import { usageError } from '../records/error.ts';
import { planHash } from '../records/keys.ts';
import type { EngineSettings, Plan } from '../records/plan.ts';
import type { Report } from '../records/report.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { RunStore } from '../store/run-store.ts';
import { dataSources } from './data.ts';
import { fingerprintDifferences, takeFingerprint } from './fingerprint.ts';
import type { Host } from './host.ts';
import { measureRunPerplexity, planRunPerplexity } from './humaneval-perplexity.ts';
import { chooseModels, resolveModels } from './models.ts';
import { slug, writeReportFiles } from './report-files.ts';
import { describeSandbox, openSandbox } from './sandbox.ts';

/** All of `evalkit humaneval`: from checked options to the report of the finished run. */
export async function runHumaneval(options: HumanevalOptions, host: Host): Promise<Report> {
  const items = chooseModels(options, host);
  const instruction = await readInstruction(options, host);
  await using sandbox = await openSandbox(options, host);
  const all = await loadHumanEval(dataSources(options, host));
  const tasks = selectTasks(all, options.tasks, options.limit);
  const models = await resolveModels(items, { options, host });
  const engine = createLlamaCppEngine({ env: host.env });
  const plan = makePlan({
    models: models.map((model) => model.record),
    decodes: [{ mode: options.decode }],
    tasks,
    totalTasks: all.length,
    prompt: { mode: options.prompt, instruction, system: options.system },
    maxTokens: options.maxTokens,
    seed: 0,
    engine: engine.identity,
    settings: settingsOf(options),
    sandbox: sandbox.identity,
  });
  const perplexity = await planRunPerplexity(options, plan, host);
  const folder = resolve(host.cwd, options.out ?? defaultFolder(plan));
  {
    await using store = await openStore(folder, { plan, sandbox, fresh: options.fresh, host });
    const modelPaths = new Map(
      plan.cells.map((cell) => [
        cell.id,
        models.find(({ record }) => record === cell.model)?.path ?? '',
      ]),
    );
    const { threads } = options;
    const { progress, signal } = host;
    await executeRun({ store, tasks, modelPaths, engine, threads, sandbox, progress, signal });
    await measureRunPerplexity(perplexity, { store, modelPaths, engine, threads }, host);
  }
  const report = await writeReportFiles(folder);
  host.progress({ kind: 'note', text: `run: ${folder}` });
  return report;
}

async function readInstruction(
  { instruction }: HumanevalOptions,
  host: Host,
): Promise<string | undefined> {
  if (instruction === undefined) {
    return undefined;
  }
  try {
    return await readFile(resolve(host.cwd, instruction), 'utf8');
  } catch (error) {
    throw usageError(`--instruction ${instruction} cannot be read; name a text file`, error);
  }
}

function settingsOf(options: HumanevalOptions): EngineSettings {
  return {
    parallel: options.parallel,
    contextSize: options.ctxSize ?? 'auto',
    batchSize: options.batchSize,
    flash: options.flash,
    cacheTypeK: options.cacheTypeK,
    cacheTypeV: options.cacheTypeV,
    gpuLayers: options.gpuLayers,
  };
}

function defaultFolder(plan: Plan): string {
  const bases = [...new Set(plan.cells.map((cell) => cell.model.base))];
  return join('results', `${slug(bases.join('+'))}-${planHash(plan).slice(0, 8)}`);
}

/** Opens or begins the run; says so if it was begun on another machine or with other software. */
async function openStore(
  folder: string,
  options: {
    readonly plan: Plan;
    readonly sandbox: Sandbox;
    readonly fresh: boolean;
    readonly host: Host;
  },
): Promise<RunStore> {
  const { plan, sandbox, fresh, host } = options;
  const fingerprint = takeFingerprint({
    node: host.nodeVersion,
    python: plan.grading.python,
  });
  const store = await RunStore.open({
    folder,
    fresh,
    header: {
      version: 1,
      evalkit: host.evalkitVersion,
      planHash: planHash(plan),
      plan,
      fingerprint,
      sandbox: describeSandbox(sandbox.identity),
      startedAt: new Date().toISOString(),
    },
  });
  const differences = fingerprintDifferences(store.header.fingerprint, fingerprint);
  if (differences.length > 0) {
    host.progress({
      kind: 'warning',
      text: `this run was begun elsewhere, and floats may differ: ${differences.join(', ')}`,
    });
  }
  return store;
}
