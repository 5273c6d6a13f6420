import { pMapIterable } from 'p-map';
import { codeJudge } from '../../measures/pass-rate/judge-code.ts';
import type { JudgedSample } from '../../records/judge.ts';
import type { ProgressSink } from '../../records/progress.ts';
import { countSamples } from '../../records/judge.ts';
import { hasTask } from '../../records/shard.ts';
import type { PromptStyle } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { JudgeStore } from '../../store/judge-store.ts';
import type { Extraction, Suite } from '../../suites/suite.ts';
import { type PlacedSample, readSamples, type SampleFile } from './sample-file.ts';

/** Verdicts that wait for an earlier sample, a worker: more would only fill memory. */
const WAITING_PER_WORKER = 50;

/** Characters of extracted code that are kept. */
const MOST_SHOWN = 4_000;

/** The way in which answers were asked for that are not ours; its wording is not known. */
const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'unknown',
  instruction: '{{prompt}}',
  answerPrefix: '',
};

export interface JudgeSamplesOptions {
  readonly input: SampleFile;
  /** Takes the verdicts. */
  readonly store: JudgeStore;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly suite: Pick<Suite, 'extraction' | 'isPinned'>;
  readonly sandbox: Grader;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** What a sample came to: a verdict, or why the machine reached none. */
type Judged =
  | { readonly kind: 'verdict'; readonly verdict: JudgedSample }
  | { readonly kind: 'incident'; readonly placed: PlacedSample; readonly detail: string };

/** Judges each sample of a file as it stands, those without a verdict yet, in the file's order. */
export async function judgeSamples(options: JudgeSamplesOptions): Promise<void> {
  const { store, sandbox, progress, signal } = options;
  const { all, unsupported } = countSamples(store.header);
  let done = store.judged;
  const judge = codeJudge({ ...options, header: store.header });
  const step = 'judging';
  progress({
    kind: 'step-started',
    step,
    unit: 'samples',
    total: all - unsupported,
    done,
  });
  const results = pMapIterable(
    samplesToJudge(options),
    (placed) => judgeOne(placed, { ...options, judge }),
    {
      concurrency: sandbox.workers,
      backpressure: sandbox.workers * WAITING_PER_WORKER,
    },
  );
  for await (const judged of results) {
    signal.throwIfAborted();
    keep(judged, store);
    done += 1;
    progress({ kind: 'step-advanced', step, done });
  }
  progress({ kind: 'step-ended', step });
}

async function* samplesToJudge({
  input,
  store,
}: JudgeSamplesOptions): AsyncGenerator<PlacedSample> {
  const unsupported = new Set(store.header.plan.unsupported.map(({ taskId }) => taskId));
  for await (const placed of readSamples(input)) {
    const { task_id: taskId } = placed.line;
    const isOwn = hasTask(store.header, taskId) && !unsupported.has(taskId);
    if (isOwn && store.verdict(placed.sample) === undefined) {
      yield placed;
    }
  }
}

async function judgeOne(
  placed: PlacedSample,
  options: JudgeSamplesOptions & { readonly judge: ReturnType<typeof codeJudge> },
): Promise<Judged> {
  const { tasks, signal, judge } = options;
  signal.throwIfAborted();
  const { sample, line } = placed;
  const task = tasks.get(line.task_id);
  if (task === undefined) {
    throw new Error(`the task ${line.task_id} is gone`);
  }
  const extraction = await codeOf(placed, task, options);
  const judged = await judge(extraction, task);
  if (judged.kind === 'incident') {
    return { ...judged, placed };
  }
  const { code, head, ...found } = judged.found;
  return {
    kind: 'verdict',
    verdict: {
      version: 2,
      sample,
      taskId: task.taskId,
      ...found,
      ...(placed.form === 'answers' && code !== undefined
        ? { extracted: cutShort(`${head ?? ''}${code}`) }
        : {}),
    },
  };
}

/** What of a sample is judged: all of it, or the code in an answer. */
async function codeOf(
  { line, text, form }: PlacedSample,
  task: Task,
  { suite, sandbox }: JudgeSamplesOptions,
): Promise<Extraction> {
  if (form === 'answers') {
    const inThought = line['inThought'] === true;
    return suite.extraction.extract({ text, task, style: CHAT, inThought }, sandbox);
  }
  const { evalkit_head: head } = line;
  return { kind: 'code', code: text, ...(head === undefined ? {} : { head }) };
}

function cutShort(code: string): string {
  return code.length > MOST_SHOWN ? `${code.slice(0, MOST_SHOWN)}…` : code;
}

function keep(judged: Judged, store: JudgeStore): void {
  if (judged.kind === 'verdict') {
    store.addVerdict(judged.verdict);
    return;
  }
  const { placed, detail } = judged;
  store.addIncident({
    version: 1,
    stage: 'judge',
    cell: store.header.plan.samples.name,
    taskId: placed.line.task_id,
    sample: placed.sample,
    detail,
  });
}
