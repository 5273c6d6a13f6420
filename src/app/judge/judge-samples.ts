import { pMapIterable } from 'p-map';
import type { JudgedSample } from '../../records/judge.ts';
import type { ProgressSink } from '../../records/progress.ts';
import type { Task } from '../../records/task.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { JudgeStore } from '../../store/judge-store.ts';
import { type PlacedSample, readSamples } from './sample-file.ts';

/** Verdicts that wait for an earlier sample, a worker: more would only fill memory. */
const WAITING_PER_WORKER = 50;

export interface JudgeSamplesOptions {
  readonly input: string;
  /** Takes the verdicts. */
  readonly store: JudgeStore;
  readonly tasks: ReadonlyMap<string, Task>;
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
  const { plan } = store.header;
  const missing = plan.unsupported.reduce((sum, { samples }) => sum + samples, 0);
  let done = store.judged;
  const step = 'judging';
  progress({
    kind: 'step-started',
    step,
    unit: 'samples',
    total: plan.samples.count - missing,
    done,
  });
  const results = pMapIterable(samplesToJudge(options), (placed) => judgeOne(placed, options), {
    concurrency: sandbox.workers,
    backpressure: sandbox.workers * WAITING_PER_WORKER,
  });
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
    if (store.verdict(placed.sample) === undefined && !unsupported.has(placed.line.task_id)) {
      yield placed;
    }
  }
}

async function judgeOne(
  placed: PlacedSample,
  { tasks, sandbox, signal }: JudgeSamplesOptions,
): Promise<Judged> {
  signal.throwIfAborted();
  const { sample, line } = placed;
  const task = tasks.get(line.task_id);
  if (task === undefined) {
    throw new Error(`the task ${line.task_id} is gone`);
  }
  const start = performance.now();
  const judgement = await sandbox.judge({ task, completion: line.completion });
  const judgingMs = Math.round(performance.now() - start);
  if (judgement.kind === 'infrastructure') {
    return { kind: 'incident', placed, detail: judgement.detail };
  }
  const { outcome, parts } = judgement;
  const verdict = { version: 2, sample, taskId: task.taskId, outcome, judgingMs } as const;
  return {
    kind: 'verdict',
    verdict: parts === undefined ? verdict : { ...verdict, parts: { ...parts } },
  };
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
