import { join } from 'node:path';
import { completionsOf } from '../../measures/completions.ts';
import { prepareMeasures } from '../../measures/index.ts';
import type { PreparedMeasure, StopRule } from '../../measures/measure.ts';
import { DEFAULT_SEED } from '../../modes/options.ts';
import { counted } from '../../records/counted.ts';
import type { Plan, TaskSample } from '../../records/plan.ts';
import type { MaybeShard } from '../../records/shard.ts';
import { does } from '../../records/stage.ts';
import type { Task } from '../../records/task.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { TaskSet } from '../../suites/load.ts';
import type { SuiteRules } from '../../suites/suite.ts';
import type { Host } from '../host.ts';
import { openSandbox } from '../sandbox.ts';
import { type ChosenSuite, chooseTasks } from '../suite.ts';
import type { HumanevalOptions } from './options.ts';

/** The run of one suite before its first token. */
export interface PreparedRun extends MaybeShard {
  readonly plan: Plan;
  readonly suite: SuiteRules;
  readonly tasks: readonly Task[];
  /** Absent where nothing is judged. */
  readonly sandbox: Grader | undefined;
  readonly stopRule: StopRule | undefined;
  readonly measures: readonly PreparedMeasure[];
  /** `undefined` where it depends on a missing model. */
  readonly folder: string | undefined;
}

/** A suite that was asked for, with its grader and the tasks of it that are asked. */
export interface AskedSuite extends Pick<PreparedRun, 'tasks' | 'sandbox'> {
  readonly suite: ChosenSuite;
  readonly set: TaskSet;
  readonly sample?: TaskSample;
}

/** Suites, each with its open grader and those of its tasks that the options name. */
export async function askSuites(
  chosen: readonly ChosenSuite[],
  {
    options,
    host,
    stack,
  }: {
    readonly options: HumanevalOptions;
    readonly host: Host;
    readonly stack: AsyncDisposableStack;
  },
): Promise<AskedSuite[]> {
  const asked: AskedSuite[] = [];
  for (const suite of chosen) {
    const sandbox = does('judge', options.only)
      ? stack.use(await openSandbox(suite.rules, options, host))
      : undefined;
    const selection = { ...options, seed: options.seed ?? DEFAULT_SEED };
    const chosenTasks = await chooseTasks(suite, selection, sandbox);
    noteShortSet(options, chosenTasks, host);
    asked.push({ suite, sandbox, ...chosenTasks });
  }
  return asked;
}

/** Says where `--limit` asks for more tasks than there are. */
function noteShortSet(
  { limit }: HumanevalOptions,
  { tasks, set }: { readonly tasks: readonly Task[]; readonly set: TaskSet },
  { progress }: Host,
): void {
  if (limit !== undefined && limit > tasks.length) {
    const text = `--limit ${limit}: ${counted(tasks.length, 'task')} of ${set.suite.title} ${tasks.length === 1 ? 'is' : 'are'} there, and all are asked`;
    progress({ kind: 'note', text });
  }
}

/** Times and perplexity are of a model, whatever it is asked: they are measured with the first suite. */
export function ownOptions(options: HumanevalOptions, suite: number): HumanevalOptions {
  return suite === 0 ? options : { ...options, latency: false, perplexity: false, kl: false };
}

/** The completions that suites ask. */
function keysOf(runs: readonly PreparedRun[]): Set<string> {
  return new Set(
    runs.flatMap(({ plan, tasks }) =>
      plan.cells.flatMap((cell) => completionsOf(cell, tasks).map(({ key }) => key)),
    ),
  );
}

/** What the run of a suite is called in the folder of several; a name that every file system takes. */
export function suiteFolder({ dataset }: Plan): string {
  return dataset.suite.name.replace(/[^A-Za-z0-9._+-]+/g, '-');
}

/** Where the run of a suite lies: alone in the command's folder, or in its own within that. */
export function folderOfSuite(folder: string, plan: Plan, suites: number): string {
  return suites === 1 ? folder : join(folder, suiteFolder(plan));
}

/**
 * Prepares the run of one suite behind those of others: what they ask in the same words, it need not
 * ask.
 */
export async function prepareRun(
  {
    asked,
    plans,
    index,
    stopRule,
    folder,
    shard,
  }: Pick<PreparedRun, 'stopRule' | 'folder' | 'shard'> & {
    readonly asked: AskedSuite;
    readonly plans: readonly Plan[];
    readonly index: number;
  },
  before: readonly PreparedRun[],
  {
    options,
    host,
    isDry,
  }: { readonly options: HumanevalOptions; readonly host: Host; readonly isDry: boolean },
): Promise<PreparedRun> {
  const { tasks, sandbox, suite } = asked;
  const plan = plans[index];
  if (plan === undefined) {
    throw new Error('a suite without a plan');
  }
  const measures = await prepareMeasures({
    options: ownOptions(options, index),
    plan,
    tasks,
    host,
    isDry,
    shared: keysOf(before),
    shard,
    stage: options.only,
  });
  return {
    plan,
    shard,
    suite: suite.rules,
    tasks,
    sandbox,
    stopRule,
    measures,
    folder: folder === undefined ? undefined : folderOfSuite(folder, plan, plans.length),
  };
}
