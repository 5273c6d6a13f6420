import { gradingOf } from '../../harness/plan.ts';
import { codeJudge } from '../../measures/pass-rate/judge-code.ts';
import { judgeCell } from '../../measures/pass-rate/judge.ts';
import { about, joined } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { planHash } from '../../records/keys.ts';
import type { Plan } from '../../records/plan.ts';
import type { RunHeader } from '../../records/run-header.ts';
import type { Task } from '../../records/task.ts';
import type { RunToRender } from '../../report/humaneval/rendition.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { refuseForeignOptions } from '../../sandbox/index.ts';
import { KINDS } from '../../store/kinds.ts';
import { readHeader } from '../../store/read-folder.ts';
import { RunStore } from '../../store/run-store.ts';
import { SUITES } from '../../suites/index.ts';
import type { TaskSet } from '../../suites/load.ts';
import { taskOptions } from '../../suites/options.ts';
import type { Host } from '../host.ts';
import { writeReportFiles } from '../report-files.ts';
import { describeSandbox, openSandbox } from '../sandbox.ts';
import { chooseSuite, refuseUnfit } from '../suite.ts';
import { checkTestSeed, newTestSeed } from '../test-seed.ts';
import { type JudgeOptions, judgeOptions } from './options.ts';

/**
 * Judges the completions of a run that have no verdict, wherever they were generated: neither weights
 * nor engine are needed. Throws a usage error for a run that this machine would judge otherwise.
 */
export async function judgeRun(
  folder: string,
  options: JudgeOptions,
  host: Host,
): Promise<RunToRender> {
  refuseOfSamples(options);
  const { header } = readHeader(folder, KINDS.humaneval);
  const suite = await chooseSuite({ ...options, suite: suiteOf(header.plan, options) }, host);
  refuseForeignOptions([suite.rules.language], options);
  await using sandbox = await openSandbox(suite.rules, options, host);
  const set = await suite.load();
  const tasks = tasksOf(header.plan, set, options);
  await refuseUnfit(set, tasks, sandbox);
  const wanted = gradedBy(header, { sandbox, set, options });
  {
    await using store = await RunStore.open({ folder, fresh: false, header: wanted });
    checkTestSeed(options, store.header);
    const { grading, cells } = store.header.plan;
    const { progress, signal } = host;
    const judge = codeJudge({ sandbox, header: store.header, suite: set.suite });
    for (const cell of cells) {
      signal.throwIfAborted();
      await judgeCell({
        cell,
        tasks,
        grading,
        suite: set.suite,
        sandbox,
        judge,
        store,
        progress,
        signal,
      });
    }
  }
  const of = await writeReportFiles(folder, [...tasks.values()]);
  host.progress({ kind: 'note', text: `run: ${folder}` });
  return of;
}

/** Throws a usage error for an option that says something of a file of samples. */
function refuseOfSamples(options: JudgeOptions): void {
  const { options: declared } = judgeOptions;
  const { out, run, shard, fresh, extract, skipUnsupported, k } = declared;
  const given = [out, run, shard, fresh, extract, skipUnsupported, k].filter(
    ({ name }) => options[name] !== undefined && options[name] !== false,
  );
  if (given.length > 0) {
    throw usageError(
      about`${joined(
        given.map((option) => about`${option}`),
        ' and ',
      )} has no use where a run is judged, whose verdicts stay in its folder; leave it out, or name a file of samples`,
    );
  }
}

/** The suite that the run's tasks are of; one of the user's own has to be named. */
function suiteOf({ dataset }: Plan, { suite }: JudgeOptions): string {
  const { name } = dataset.suite;
  const isKnown = SUITES.some((one) => one.name === name);
  if (suite === undefined && !isKnown) {
    throw usageError(
      about`the run was asked tasks of your own suite ${name}; name it with ${taskOptions.suite}`,
    );
  }
  return suite ?? name;
}

function tasksOf({ dataset }: Plan, set: TaskSet, options: JudgeOptions): Task[] {
  const { name, version } = set.suite;
  const { suite, sha256, taskIds } = dataset;
  if (suite.name !== name || suite.version !== version) {
    throw usageError(
      about`the run was asked tasks of ${suite.name} ${suite.version}, not of ${name} ${version}; leave ${taskOptions.suite} out`,
    );
  }
  if (set.sha256 !== sha256) {
    const given = options.data === undefined ? set.suite.title : options.data;
    throw usageError(
      about`the run was asked tasks of ${dataset.name} with sha256 ${sha256.slice(0, 12)}…, and ${given} has ${set.sha256.slice(0, 12)}…; name the same file with ${taskOptions.data}`,
    );
  }
  const byId = new Map(set.tasks.map((task) => [task.taskId, task]));
  return taskIds.flatMap((taskId) => byId.get(taskId) ?? []);
}

/** The run's first record as it is when this machine judges. */
function gradedBy(
  header: RunHeader,
  by: { readonly sandbox: Grader; readonly set: TaskSet; readonly options: JudgeOptions },
): RunHeader {
  const { sandbox, set, options } = by;
  const plan: Plan = { ...header.plan, grading: gradingOf(sandbox.identity, set.suite) };
  return {
    ...header,
    plan,
    planHash: planHash(plan),
    sandbox: describeSandbox(sandbox.identity),
    testSeed: newTestSeed(options),
  };
}
