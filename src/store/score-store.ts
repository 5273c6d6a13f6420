import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import {
  type PerplexityHeader,
  perplexityHeaderSchema,
  type PerplexityPlan,
  perplexityMissedSchema,
  type Score,
  scoreKey,
  scoreSchema,
  type Subject,
} from '../records/perplexity.ts';
import { JsonlAppender, readJsonl } from './jsonl-file.ts';
import { readJsonFile, RUN_FILES } from './run-folder.ts';

/** The files of a folder that are records of perplexity. */
export const SCORE_FILES = { header: 'perplexity.json', scores: 'scores.jsonl' } as const;

/** All records of perplexity in a folder; `missed`: asked for, and there was no text. */
export type ScoreRecords =
  | { readonly kind: 'none' }
  | { readonly kind: 'missed'; readonly reason: string }
  | {
      readonly kind: 'scored';
      readonly header: PerplexityHeader;
      readonly scores: readonly Score[];
    };

/** How many units a plan has; `undefined`: only a unit that was scored tells, and `found` has none. */
function unitsOf({ method, text }: PerplexityPlan, [first]: readonly Score[]): number | undefined {
  // A row's score may stem from a plan of fewer rows, and says how many there were then.
  return method.kind === 'rows' ? text.rows : first?.of;
}

/** A subject's scores under the present plan, in order, up to the first that is missing. */
export function scoresOf(
  subject: Subject,
  {
    header: { plan },
    scores,
  }: Pick<Extract<ScoreRecords, { kind: 'scored' }>, 'header' | 'scores'>,
): Score[] {
  const byKey = new Map(scores.map((score) => [score.key, score]));
  const found: Score[] = [];
  for (let unit = 0; unit < (unitsOf(plan, found) ?? 1); unit += 1) {
    const score = byKey.get(scoreKey(plan, subject, unit));
    if (score === undefined) {
      break;
    }
    found.push(score);
  }
  return found;
}

/** How many of a subject's units have no score; `undefined`: nobody knows yet how many there are. */
export function owedUnits(plan: PerplexityPlan, found: readonly Score[]): number | undefined {
  const all = unitsOf(plan, found);
  return all === undefined ? undefined : all - found.length;
}

/** Whether all of a subject's units have their scores. */
export function isScored(subject: Subject, records: Parameters<typeof scoresOf>[1]): boolean {
  return owedUnits(records.header.plan, scoresOf(subject, records)) === 0;
}

/** Whether scores that were asked for are missing. */
export function owesScores(records: ScoreRecords | undefined): boolean {
  return (
    records?.kind === 'scored' &&
    records.header.plan.subjects.some((subject) => !isScored(subject, records))
  );
}

const headerFileSchema = z.union([perplexityHeaderSchema, perplexityMissedSchema]);

/** Reads a folder's records of perplexity. Throws `EvalkitError` for files of another version. */
export function readScores(folder: string): ScoreRecords {
  const path = join(folder, SCORE_FILES.header);
  if (!existsSync(path)) {
    return { kind: 'none' };
  }
  const header = readJsonFile(path, headerFileSchema);
  return 'notRun' in header
    ? { kind: 'missed', reason: header.notRun }
    : {
        kind: 'scored',
        header,
        scores: readJsonl(join(folder, SCORE_FILES.scores), scoreSchema),
      };
}

/**
 * Writes down why there is no perplexity. Where scores lie already, they stay the folder's if they are
 * all there.
 */
export async function writeMissed(folder: string, notRun: string): Promise<void> {
  const found = readScores(folder);
  if (found.kind !== 'scored' || owesScores(found)) {
    await writeHeader(folder, { version: 1, notRun });
  }
}

/** Deletes a folder's records of perplexity. */
export function removeScores(folder: string): void {
  for (const name of [...Object.values(SCORE_FILES), RUN_FILES.incidents]) {
    rmSync(join(folder, name), { force: true });
  }
}

/** Opens the incidents of a folder that has no other records than scores. */
export function openIncidents(folder: string): JsonlAppender & Disposable {
  const file = new JsonlAppender(join(folder, RUN_FILES.incidents));
  return Object.assign(file, { [Symbol.dispose]: () => file.close() });
}

/**
 * The append-only scores in a folder whose lock the caller holds. A header of other settings takes
 * the place of the one before; scores go by their keys and stay.
 */
export class ScoreStore implements Disposable {
  readonly header: PerplexityHeader;
  /** By key. */
  readonly scores: Map<string, Score>;
  readonly #file: JsonlAppender;

  private constructor(folder: string, header: PerplexityHeader) {
    const path = join(folder, SCORE_FILES.scores);
    this.header = header;
    this.#file = new JsonlAppender(path);
    this.scores = new Map(readJsonl(path, scoreSchema).map((score) => [score.key, score]));
  }

  /** A folder that has a header of the same plan keeps it, with the time that it was begun. */
  static async open(folder: string, header: PerplexityHeader): Promise<ScoreStore> {
    const found = readScores(folder);
    if (found.kind === 'scored' && found.header.planHash === header.planHash) {
      return new ScoreStore(folder, found.header);
    }
    await writeHeader(folder, header);
    return new ScoreStore(folder, header);
  }

  add(score: Score): void {
    this.#file.append(score);
    this.scores.set(score.key, score);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

async function writeHeader(folder: string, header: object): Promise<void> {
  await writeFileAtomic(
    join(folder, SCORE_FILES.header),
    `${JSON.stringify(header, undefined, 2)}\n`,
  );
}
