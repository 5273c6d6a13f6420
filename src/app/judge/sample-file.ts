import { createHash } from 'node:crypto';
import { usageError } from '../../records/error.ts';
import { parseJson } from '../../records/json-text.ts';
import { type SampleLine, sampleLineSchema } from '../../records/sample-line.ts';
import { shortened } from '../../records/visible-text.ts';
import { type Line, readLines } from '../../store/lines.ts';

/** What a file of samples holds, once every line of it has been looked at. */
export interface SampleFileFacts {
  /** Lines with a sample; empty lines do not count. */
  readonly samples: number;
  /** Samples by task. */
  readonly tasks: ReadonlyMap<string, number>;
  /** sha256 of the text, unpacked. */
  readonly sha256: string;
}

/**
 * Looks at every line of a file of samples before anything is judged. Throws a usage error that
 * names the first line that is not a sample, or whose task `isKnown` does not know.
 */
export async function checkSamples(
  path: string,
  isKnown: (taskId: string) => boolean,
): Promise<SampleFileFacts> {
  const hash = createHash('sha256');
  const tasks = new Map<string, number>();
  let samples = 0;
  for await (const line of linesOf(path)) {
    hash.update(`${line.text}\n`);
    if (line.text.trim() !== '') {
      samples += 1;
      const { task_id: taskId } = parseSample(path, line);
      if (!isKnown(taskId)) {
        throw usageError(
          `${path}, line ${line.number}: no task '${shortened(taskId, 80)}' in the data set; correct it, or name its data set with --data`,
        );
      }
      tasks.set(taskId, (tasks.get(taskId) ?? 0) + 1);
    }
  }
  if (samples === 0) {
    throw usageError(`${path} holds no samples; each line is {"task_id": …, "completion": …}`);
  }
  return { samples, tasks, sha256: hash.digest('hex') };
}

/** A sample with its place in its file, from 0; empty lines do not count. */
export interface PlacedSample {
  readonly sample: number;
  readonly line: SampleLine;
  /** As it stands in the file. */
  readonly text: string;
}

/** The samples of a file, one at a time. */
export async function* readSamples(path: string): AsyncGenerator<PlacedSample> {
  let sample = 0;
  for await (const line of linesOf(path)) {
    if (line.text.trim() !== '') {
      yield { sample, line: parseSample(path, line), text: line.text };
      sample += 1;
    }
  }
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  try {
    yield* readLines(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(
      `${path} cannot be read (${reason}); name a .jsonl or .jsonl.gz file of samples`,
      error,
    );
  }
}

function parseSample(path: string, { number, text }: Line): SampleLine {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw usageError(
      `${path}, line ${number} is not JSON: ${shortened(text, 80)}; correct it`,
      error,
    );
  }
  const parsed = sampleLineSchema.safeParse(value);
  if (!parsed.success) {
    throw usageError(
      `${path}, line ${number} is not a sample: it needs the strings task_id and completion, but is ${shortened(text, 80)}; correct it`,
      parsed.error,
    );
  }
  return parsed.data;
}
