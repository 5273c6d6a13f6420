import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { JudgeOptions } from '../../options/judge-options.ts';
import { judgeSamples } from './judge-samples.ts';
import { loadTaskSet, type TaskSet } from '../../suites/humaneval/load.ts';
import { checkSamples, type SampleFileFacts } from './sample-file.ts';
import { SampleTally } from './sample-tally.ts';
import { environmentError, usageError } from '../../records/error.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { findUnfitTasks, type UnfitTask } from '../../sandbox/unfit-tasks.ts';
import { dataSources } from '../data.ts';
import type { Host } from '../host.ts';
import { describeSandbox, openSandbox } from '../sandbox.ts';

/** How many tasks that cannot be judged are named in an error. */
const NAMED_TASKS = 5;

/** All of `evalkit judge`: from checked options to the counts of the written results. */
export async function runJudge(options: JudgeOptions, host: Host): Promise<JudgeReport> {
  const output = outputPath(options, host);
  const set = await loadTaskSet(dataSources(options, host));
  const tasks = new Map(set.tasks.map((task) => [task.taskId, task]));
  await using input = await openInput(options, output, host);
  const facts = await checkSamples(input.path, (taskId) => tasks.has(taskId));
  await using sandbox = await openSandbox(options, host);
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

/** HumanEval's tasks all can be judged, which a test shows; another set's own solutions run first. */
async function findUnsupported(
  { tasks, isCustom, name }: TaskSet,
  sandbox: Grader,
  { skipUnsupported }: JudgeOptions,
): Promise<UnfitTask[]> {
  const unfit = isCustom ? await findUnfitTasks(sandbox, tasks) : [];
  if (unfit.length > 0 && !skipUnsupported) {
    const named = unfit.slice(0, NAMED_TASKS).map(({ taskId, reason }) => `${taskId} (${reason})`);
    const more = unfit.length > NAMED_TASKS ? ` and ${unfit.length - NAMED_TASKS} more` : '';
    throw usageError(
      `${name}: ${unfit.length} of ${tasks.length} tasks cannot be judged: ${named.join('; ')}${more}; correct them, or leave them out with --skip-unsupported`,
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
      name: set.name,
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
      packages: [...identity.packages],
    },
    versions: {
      evalkit: host.evalkitVersion,
      node: host.nodeVersion,
      python: identity.python,
      grader: identity.graderVersion,
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
