import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { about } from '../options/message.ts';
import { usageError } from '../records/error.ts';
import type { Task } from '../records/task.ts';
import { type SelectedTasks, selectTasks, type TaskSelection } from '../harness/tasks.ts';
import type { Grader } from '../sandbox/grader.ts';
import { findUnfitTasks, type UnfitTask } from '../sandbox/unfit-tasks.ts';
import { DEFAULT_SUITE, findSuite, SUITES } from '../suites/index.ts';
import { suiteOfFile, type TaskSet } from '../suites/load.ts';
import { isSuitePath, readOwnSuite } from '../suites/own-suite.ts';
import { selfTest } from '../suites/self-test.ts';
import type { SuiteRules } from '../suites/suite.ts';
import { taskOptions } from '../suites/options.ts';
import { DATA_VARIABLE, loadSuite } from './data.ts';
import type { Host } from './host.ts';

/** How many tasks that cannot be judged are named in an error. */
const NAMED_TASKS = 5;

/** A suite before its tasks are there. */
export interface ChosenSuite {
  readonly rules: SuiteRules;
  readonly load: () => Promise<TaskSet>;
}

/**
 * The suite that the options name, by default the table's; a path is one that the user describes.
 * Throws a usage error for another name, and for what is wrong with the description or its tasks.
 */
export async function chooseSuite(
  options: Parameters<typeof loadSuite>[1] & { readonly suite?: string | undefined },
  host: Host,
): Promise<ChosenSuite> {
  const { suite: name, data } = options;
  if (name === undefined || !isSuitePath(name)) {
    refusePathAsName(name, host.cwd);
    const rules = name === undefined ? DEFAULT_SUITE : findSuite(name);
    return { rules, load: () => loadSuite(rules, options, host) };
  }
  if (data !== undefined) {
    throw usageError(
      about`${taskOptions.data} does not go with ${taskOptions.suite} ${name}, which names its tasks itself; leave it out`,
    );
  }
  const own = await readOwnSuite(name, host.cwd);
  const twin = SUITES.find((suite) => suite.name === own.suite.name);
  if (twin !== undefined) {
    throw usageError(
      `${name}: ${twin.title} is called ${twin.name} already; choose another name for your suite`,
    );
  }
  return { rules: own.suite, load: () => Promise.resolve({ ...own, proof: 'completions' }) };
}

/**
 * The suites that the options name, by default the table's, each with the file that is its own of those
 * that they name. Throws a usage error where a suite is named twice, and for a file of none of them.
 */
export async function chooseSuites(
  { suite, data = [], ...rest }: SuitesOptions,
  host: Host,
): Promise<ChosenSuite[]> {
  const names = suite ?? [undefined];
  const files = names.length === 1 ? data : [];
  const [file, second] = files;
  if (second !== undefined) {
    throw usageError(
      about`${taskOptions.data} ${second}: one suite has one file; name the suite of the other with ${taskOptions.suite}, too`,
    );
  }
  const chosen: ChosenSuite[] = [];
  for (const name of names) {
    const found = await chooseSuite({ ...rest, suite: name, data: file }, host);
    if (chosen.some(({ rules }) => rules.name === found.rules.name)) {
      throw usageError(
        about`${taskOptions.suite} names ${found.rules.name} twice; name each suite once`,
      );
    }
    chosen.push(found);
  }
  return names.length === 1 ? chosen : withFiles(chosen, { ...rest, data }, host);
}

type SuitesOptions = Omit<Parameters<typeof chooseSuite>[0], 'suite' | 'data'> & {
  readonly suite?: readonly string[] | undefined;
  readonly data?: readonly string[] | undefined;
};

/** Several suites, each with its file, which its checksum tells. */
async function withFiles(
  chosen: readonly ChosenSuite[],
  { data = [], ...rest }: SuitesOptions,
  host: Host,
): Promise<ChosenSuite[]> {
  const byName = new Map<string, string>();
  for (const file of data) {
    const owner = await suiteOfFile(resolve(host.cwd, file));
    if (owner === undefined || !chosen.some(({ rules }) => rules.name === owner.name)) {
      const what = owner === undefined ? 'no file of a suite' : owner.title;
      const names = chosen.map(({ rules }) => rules.name).join(', ');
      throw usageError(
        about`${taskOptions.data} ${file} is ${what}, and the suites are ${names}; leave it out, or run the suite that it belongs to alone`,
      );
    }
    byName.set(owner.name, file);
  }
  return chosen.map(({ rules, load }) => {
    const suite = SUITES.find(({ name }) => name === rules.name);
    return {
      rules,
      load:
        suite === undefined
          ? load
          : () => loadSuite(suite, { ...rest, data: byName.get(suite.name) }, ownFileAlone(host)),
    };
  });
}

/** The variable names one file, which cannot be that of each of several suites. */
export function ownFileAlone(host: Host): Host {
  return { ...host, env: { ...host.env, [DATA_VARIABLE]: '' } };
}

/** A path without a slash is taken for a name: says how it is written. */
function refusePathAsName(name: string | undefined, cwd: string): void {
  const isName = SUITES.some((suite) => suite.name === name);
  if (name !== undefined && !isName && existsSync(resolve(cwd, name))) {
    throw usageError(
      about`${taskOptions.suite} ${name}: there is no suite of that name; for the suite that you describe there, write ./${name}`,
    );
  }
}

/**
 * Loads a suite and picks the tasks that the options name. Throws a usage error for tasks that are
 * not in it, and for tasks of the user's own that cannot be judged; without a grader nobody knows.
 */
export async function chooseTasks(
  suite: ChosenSuite,
  selection: TaskSelection,
  grader: Grader | undefined,
): Promise<SelectedTasks & { readonly set: TaskSet }> {
  const set = await suite.load();
  const selected = selectTasks(set.tasks, selection);
  if (grader !== undefined) {
    await refuseUnfit(set, selected.tasks, grader);
  }
  return { set, ...selected };
}

/** Throws a usage error for tasks of the user's own that cannot be judged. */
export async function refuseUnfit(
  set: TaskSet,
  tasks: readonly Task[],
  grader: Grader,
): Promise<void> {
  const unfit = await unfitAmong(set, { tasks, grader });
  if (unfit.length > 0) {
    throw usageError(`${unfitText(set, unfit)}; correct them, or leave them out with --tasks`);
  }
}

/**
 * Tasks that the grader cannot judge, or whose tests do not tell right from wrong. Those of our suites
 * are all fit, which tests show.
 */
export async function unfitAmong(
  { suite, proof }: TaskSet,
  { tasks, grader }: { readonly tasks: readonly Task[]; readonly grader: Grader },
): Promise<UnfitTask[]> {
  switch (proof) {
    case 'none':
      return [];
    case 'solutions':
      return findUnfitTasks(grader, tasks);
    case 'completions': {
      const found = await selfTest(suite, tasks, grader);
      return found.filter(({ taskId }, index) => found[index - 1]?.taskId !== taskId);
    }
  }
}

/** Says which tasks of a data set cannot be judged, as `own.jsonl: 2 of 9 tasks cannot be judged: …`. */
export function unfitText({ suite, tasks }: TaskSet, unfit: readonly UnfitTask[]): string {
  const named = unfit.slice(0, NAMED_TASKS).map(({ taskId, reason }) => `${taskId} (${reason})`);
  const more = unfit.length > NAMED_TASKS ? ` and ${unfit.length - NAMED_TASKS} more` : '';
  return `${suite.title}: ${unfit.length} of ${tasks.length} tasks cannot be judged: ${named.join('; ')}${more}`;
}
