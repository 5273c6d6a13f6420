import type { Completion } from '../../records/completion.ts';
import { samplesOf } from '../../records/decode.ts';
import { usageError } from '../../records/error.ts';
import type { Plan } from '../../records/plan.ts';
import type { RunHeader } from '../../records/run-header.ts';
import { hasTask, shardText } from '../../records/shard.ts';
import type { Timing } from '../../records/timing.ts';
import type { Verdict } from '../../records/verdict.ts';
import { KINDS } from '../kinds.ts';
import { digestOf } from './digest.ts';
import type { Part } from './headers.ts';
import { LinePool } from './line-pool.ts';

const { files } = KINDS.humaneval;

/** A completion that a plan asks for. */
export interface CompletionPlace {
  readonly cell: string;
  readonly taskId: string;
  readonly sample: number;
}

/** The records of a run's parts that have a place in its plan. */
export interface RunPools {
  readonly completions: LinePool<Completion>;
  readonly verdicts: LinePool<Verdict>;
  readonly timings: LinePool<Timing>;
}

/** As `HumanEval/3, completion 0 of tiny:q8_0/greedy`. */
export function completionPlace({ cell, taskId, sample }: CompletionPlace): string {
  return `${taskId}, completion ${sample} of ${cell}`;
}

/** As `HumanEval/3, timing 0 of tiny:q8_0/greedy`. */
export function timingPlace({
  cell,
  taskId,
  repeat,
}: Pick<Timing, 'cell' | 'taskId' | 'repeat'>): string {
  return `${taskId}, timing ${repeat} of ${cell}`;
}

/**
 * Reads where the records of a run's parts lie. Throws a usage error for records that are not of their
 * folder, and for folders that contradict each other.
 */
export function poolRun(parts: readonly Part<RunHeader>[]): RunPools {
  const asked = new Asked(parts);
  const completions = new LinePool({
    file: files.completions,
    contentOf: (record: Completion, { name }) => ({
      place: asked.completion(record, name),
      digest: digestOf([
        record.text,
        record.reasoning ?? null,
        record.stopReason,
        record.tokens ?? null,
      ]),
    }),
  });
  const verdicts = new LinePool({
    file: files.verdicts,
    contentOf: (record: Verdict, { name }) => ({
      place: asked.completion(record, name),
      // What judging took, and the words of a failure, are not the same twice.
      digest: digestOf([record.key, passedIn(record)]),
    }),
  });
  const timings = new LinePool({
    file: files.timings,
    contentOf: (record: Timing, { name }) => ({
      place: asked.timing(record, name),
      digest: digestOf([record.ttftMs, record.decodeMs]),
    }),
  });
  for (const part of parts) {
    completions.addFolder(part);
    verdicts.addFolder(part);
    timings.addFolder(part);
  }
  return { completions, verdicts, timings };
}

function passedIn({ outcome, parts = {} }: Verdict): unknown {
  const all = [outcome, ...Object.values(parts)];
  return all.map((one) => (one.kind === 'passed' ? 'passed' : one.cause));
}

/** What the plan asks of each folder. */
class Asked {
  readonly #headers: ReadonlyMap<string, RunHeader>;
  readonly #samples: ReadonlyMap<string, number>;
  readonly #taskIds: ReadonlySet<string>;
  /** By folder: hashing a task's id for each of its records would take long. */
  readonly #own: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(parts: readonly Part<RunHeader>[]) {
    const plan: Plan | undefined = parts[0]?.header.plan;
    this.#headers = new Map(parts.map(({ name, header }) => [name, header]));
    this.#samples = new Map(plan?.cells.map((cell) => [cell.id, samplesOf(cell)]));
    this.#taskIds = new Set(plan?.dataset.taskIds);
    this.#own = new Map(
      parts.map(({ name, header }) => [
        name,
        new Set(header.plan.dataset.taskIds.filter((taskId) => hasTask(header, taskId))),
      ]),
    );
  }

  completion(record: CompletionPlace, name: string): string {
    const { cell, taskId, sample } = record;
    const place = completionPlace({ cell, taskId, sample });
    this.#refuseForeign(record, { name, place });
    if (sample >= (this.#samples.get(cell) ?? 0)) {
      throw foreign(name, place, 'which its plan does not ask for');
    }
    return place;
  }

  timing(record: Timing, name: string): string {
    const place = timingPlace(record);
    this.#refuseForeign(record, { name, place });
    return place;
  }

  #refuseForeign(
    { cell, taskId }: Pick<CompletionPlace, 'cell' | 'taskId'>,
    { name, place }: { readonly name: string; readonly place: string },
  ): void {
    if (!this.#samples.has(cell) || !this.#taskIds.has(taskId)) {
      throw foreign(name, place, 'which its plan does not ask for');
    }
    const shard = this.#headers.get(name)?.shard;
    if (shard !== undefined && this.#own.get(name)?.has(taskId) !== true) {
      throw foreign(name, place, `which is in no ${shardText(shard)}`);
    }
  }
}

function foreign(name: string, place: string, why: string): Error {
  return usageError(`${name} holds ${place}, ${why}: it is not as evalkit left it; run it anew`);
}
