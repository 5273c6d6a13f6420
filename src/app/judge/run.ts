import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { JudgeOptions } from '../../options/judge-options.ts';
import { judgeSamples } from './judge-samples.ts';
import { checkSamples, type SampleFileFacts } from './sample-file.ts';
import { SampleTally } from './sample-tally.ts';
import { environmentError, usageError } from '../../records/error.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { UnfitTask } from '../../sandbox/unfit-tasks.ts';
import { loadTasks, type TaskSet } from '../../suites/load.ts';
import { dataSources } from '../data.ts';
import type { Host } from '../host.ts';
import { describeSandbox, openSandbox } from '../sandbox.ts';
import { chooseSuite, unfitAmong, unfitText } from '../suite.ts';

/** All of `evalkit judge`: from checked options to the counts of the written results. */
export async function runJudge(options: JudgeOptions, host: Host): Promise<JudgeReport> {
  const output = outputPath(options, host);
  const suite = chooseSuite(options);
  const set = await loadTasks(suite, dataSources(options, host));
  const tasks = new Map(set.tasks.map((task) => [task.taskId, task]));
  await using input = await openInput(options, output, host);
  const facts = await checkSamples(input.path, (taskId) => tasks.has(taskId));
  await using sandbox = await openSandbox(suite, options, host);
  const unsupported = await findUnsupported(set, sandbox, options);
  const tally = new SampleTally();
  await judgeSamples({
    input: input.path,
    facts,
    output,
    tasks,
    dataSha256: set.sha256,
    unsupported: new Map(unsupported.map(({ taskId, reason }) => [taskId, reason])),
    sandbox,
    tally,
    progress: host.progress,
    signal: host.signal,
  });
  return summarizeTally({ set, facts, output, unsupported, sandbox, tally, options, host });
}

function outputPath({ samples, out }: JudgeOptions, { cwd }: Host): string {
  if (out !== undefined) {
    return resolve(cwd, out);
  }
  if (samples === '-') {
    throw usageError(
      'samples from stdin have no name to write results beside; name one with --out',
    );
  }
  return resolve(cwd, `${samples}_results.jsonl`);
}

/** The samples as a file that can be read twice; stdin is kept in one while it is needed. */
async function openInput(
  { samples }: JudgeOptions,
  output: string,
  { cwd, stdin }: Host,
): Promise<{ readonly path: string } & AsyncDisposable> {
  if (samples !== '-') {
    return { path: resolve(cwd, samples), [Symbol.asyncDispose]: async () => {} };
  }
  const path = `${output}.stdin`;
  try {
    await pipeline(stdin, createWriteStream(path));
  } catch (error) {
    throw environmentError(`stdin cannot be kept in ${path}: ${String(error)}`, error);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Tasks that are left out; where the user did not say so, an error names them. */
async function findUnsupported(
  set: TaskSet,
  sandbox: Grader,
  { skipUnsupported }: JudgeOptions,
): Promise<UnfitTask[]> {
  const unfit = await unfitAmong(set, { tasks: set.tasks, grader: sandbox });
  if (unfit.length > 0 && !skipUnsupported) {
    throw usageError(
      `${unfitText(set, unfit)}; correct them, or leave them out with --skip-unsupported`,
    );
  }
  return unfit;
}

function summarizeTally(found: {
  readonly set: TaskSet;
  readonly facts: SampleFileFacts;
  readonly output: string;
  readonly unsupported: readonly UnfitTask[];
  readonly sandbox: Grader;
  readonly tally: SampleTally;
  readonly options: JudgeOptions;
  readonly host: Host;
}): JudgeReport {
  const { set, tally, options, host } = found;
  const { identity } = found.sandbox;
  const infrastructure = tally.causes['infrastructure'] ?? 0;
  return {
    version: 1,
    status: infrastructure === 0 ? 'complete' : 'incomplete',
    dataset: {
      suite: { name: set.suite.name, version: set.suite.version },
      name: set.suite.title,
      sha256: set.sha256,
      tasks: set.tasks.length,
      judged: tally.tasks,
    },
    samples: found.facts.samples,
    output: found.output,
    passAtK: Object.fromEntries(
      options.k.map((k) => [k, passAtK(tally, k, infrastructure)] as const),
    ),
    causes: tally.causes,
    infrastructure,
    unsupported: found.unsupported.map(({ taskId, reason }) => ({ taskId, reason })),
    sandbox: {
      ...describeSandbox(identity),
      ...identity.limits,
    },
    versions: {
      evalkit: host.evalkitVersion,
      node: host.nodeVersion,
      runtime: identity.runtime,
      grader: identity.version,
    },
  };
}

function passAtK(
  tally: SampleTally,
  k: number,
  infrastructure: number,
): JudgeReport['passAtK'][string] {
  if (infrastructure > 0) {
    return { notRun: `${infrastructure} samples have no verdict yet` };
  }
  const figure = tally.passAtK(k);
  return figure === undefined
    ? { notRun: `a task has only ${tally.fewestSamples} samples` }
    : { ...figure, ci95: [...figure.ci95] };
}
