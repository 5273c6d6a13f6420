import { createHash } from 'node:crypto';
import { usageError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import { visibleText } from '../../records/visible-text.ts';
import { type SampleLine, sampleLineSchema } from '../../records/sample-line.ts';
import { type Line, readLines } from '../../store/lines.ts';

/** What a file of samples holds, once every line of it has been looked at. */
export interface SampleFileFacts {
  /** Lines with a sample; empty lines do not count. */
  readonly samples: number;
  /** Samples by task. */
  readonly tasks: ReadonlyMap<string, number>;
  /** The line of each task's first sample. */
  readonly firstLines: ReadonlyMap<string, number>;
  /** sha256 of the text, unpacked. */
  readonly sha256: string;
}

/**
 * Looks at every line of a file of samples before anything is judged, or even the data set fetched. Throws
 * a usage error that names the first line that is not a sample.
 */
export async function checkSamples(path: string): Promise<SampleFileFacts> {
  const hash = createHash('sha256');
  const tasks = new Map<string, number>();
  const firstLines = new Map<string, number>();
  let samples = 0;
  for await (const line of linesOf(path)) {
    hash.update(`${line.text}\n`);
    if (line.text.trim() !== '') {
      samples += 1;
      const { task_id: taskId } = parseSample(path, line);
      if (!firstLines.has(taskId)) {
        firstLines.set(taskId, line.number);
      }
      tasks.set(taskId, (tasks.get(taskId) ?? 0) + 1);
    }
  }
  if (samples === 0) {
    throw usageError(`${path} holds no samples; each line is {"task_id": …, "completion": …}`);
  }
  return { samples, tasks, firstLines, sha256: hash.digest('hex') };
}

/** Throws a usage error for the first sample of a task that `isKnown` does not know. */
export function refuseUnknownTasks(
  path: string,
  { firstLines }: Pick<SampleFileFacts, 'firstLines'>,
  isKnown: (taskId: string) => boolean,
): void {
  for (const [taskId, line] of firstLines) {
    if (!isKnown(taskId)) {
      throw usageError(
        `${path}, line ${line}: no task '${visibleText(taskId)}' in the data set; correct it, or name its data set with --data`,
      );
    }
  }
}

/** A sample with its place in its file, from 0; empty lines do not count. */
export interface PlacedSample {
  readonly sample: number;
  readonly line: SampleLine;
}

/** The samples of a file, one at a time. */
export async function* readSamples(path: string): AsyncGenerator<PlacedSample> {
  let sample = 0;
  for await (const line of linesOf(path)) {
    if (line.text.trim() !== '') {
      yield { sample, line: parseSample(path, line) };
      sample += 1;
    }
  }
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  try {
    yield* readLines(path);
  } catch (error) {
    throw usageError(
      `${path} cannot be read (${reasonOf(error)}); name a .jsonl or .jsonl.gz file of samples`,
      error,
    );
  }
}

function parseSample(path: string, { number, text }: Line): SampleLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(
      `${path}, line ${number} is not JSON: ${text.slice(0, 80)}; correct it`,
      error,
    );
  }
  const parsed = sampleLineSchema.safeParse(value);
  if (!parsed.success) {
    throw usageError(
      `${path}, line ${number} is not a sample: it needs the strings task_id and completion, but is ${text.slice(0, 80)}; correct it`,
      parsed.error,
    );
  }
  return parsed.data;
}
