import { createHash } from 'node:crypto';
import { usageError } from '../../records/error.ts';
import { parseJson } from '../../records/json-text.ts';
import { reasonOf } from '../../records/system-error.ts';
import { ANSWER_FIELDS, type SampleLine, sampleLineSchema } from '../../records/sample-line.ts';
import { shortened } from '../../records/visible-text.ts';
import { type Line, readLines } from '../../store/lines.ts';

/** What the lines of a file hold: code behind a prompt, or whole answers of a model. */
export type SampleForm = 'completions' | 'answers';

/** What a file of samples holds, once every line of it has been looked at. */
export interface SampleFileFacts {
  /** Lines with a sample; empty lines do not count. */
  readonly samples: number;
  /** Samples with a line that opens or closes a Markdown fence. */
  readonly fenced: number;
  /** Samples by task. */
  readonly tasks: ReadonlyMap<string, number>;
  /** The line of each task's first sample. */
  readonly firstLines: ReadonlyMap<string, number>;
  /** sha256 of the text, unpacked. */
  readonly sha256: string;
}

const FENCE = /^[ \t]*```/m;

/**
 * Looks at every line of a file of samples before anything is judged, or even the data set fetched. Throws
 * a usage error that names the first line that is not a sample.
 */
export async function checkSamples({ path, form }: SampleFile): Promise<SampleFileFacts> {
  const hash = createHash('sha256');
  const tasks = new Map<string, number>();
  const firstLines = new Map<string, number>();
  let samples = 0;
  let fenced = 0;
  for await (const line of linesOf(path)) {
    hash.update(`${line.text}\n`);
    if (line.text.trim() !== '') {
      samples += 1;
      const sample = parseSample({ path, form }, line);
      const { task_id: taskId } = sample.line;
      fenced += FENCE.test(sample.text) ? 1 : 0;
      if (!firstLines.has(taskId)) {
        firstLines.set(taskId, line.number);
      }
      tasks.set(taskId, (tasks.get(taskId) ?? 0) + 1);
    }
  }
  if (samples === 0) {
    throw usageError(`${path} holds no samples; each line is {"task_id": …, "completion": …}`);
  }
  return { samples, fenced, tasks, firstLines, sha256: hash.digest('hex') };
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
        `${path}, line ${line}: no task '${shortened(taskId, 80)}' in the data set; correct it, or name its data set with --data`,
      );
    }
  }
}

/** A file of samples. */
export interface SampleFile {
  readonly path: string;
  readonly form: SampleForm;
}

interface Sample {
  readonly line: SampleLine;
  /** As it stands in the file. */
  readonly json: string;
  /** The completion, or the answer. */
  readonly text: string;
  readonly form: SampleForm;
}

/** A sample with its place in its file, from 0; empty lines do not count. */
export interface PlacedSample extends Sample {
  readonly sample: number;
}

/** The samples of a file, one at a time. */
export async function* readSamples(file: SampleFile): AsyncGenerator<PlacedSample> {
  let sample = 0;
  for await (const line of linesOf(file.path)) {
    if (line.text.trim() !== '') {
      yield { sample, ...parseSample(file, line) };
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

function parseSample({ path, form }: SampleFile, { number, text }: Line): Sample {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw usageError(
      `${path}, line ${number} is not JSON: ${shortened(text, 80)}; correct it`,
      error,
    );
  }
  const parsed = sampleLineSchema.safeParse(form === 'answers' ? withTaskId(value) : value);
  const fields = form === 'answers' ? ANSWER_FIELDS : (['completion'] as const);
  const found = parsed.success ? firstText(parsed.data, fields) : undefined;
  if (!parsed.success || found === undefined) {
    const hint =
      form === 'completions' &&
      parsed.success &&
      firstText(parsed.data, ANSWER_FIELDS) !== undefined
        ? 'correct it, or add --extract if it is an answer in chat form'
        : 'correct it';
    const wanted = form === 'answers' ? `one of ${fields.join(', ')}` : 'completion';
    throw usageError(
      `${path}, line ${number} is not a sample: it needs the strings task_id and ${wanted}, but is ${shortened(text, 80)}; ${hint}`,
      parsed.error,
    );
  }
  return { line: parsed.data, json: text, text: found, form };
}

function firstText(line: SampleLine, fields: readonly string[]): string | undefined {
  return fields.map((field) => line[field]).find((value) => typeof value === 'string');
}

/** A line of a run's own `completions.jsonl` names its task as our records do. */
function withTaskId(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !('task_id' in value) && 'taskId' in value
    ? { task_id: value.taskId, ...value }
    : value;
}
