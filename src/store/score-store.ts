import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import {
  type PerplexityHeader,
  perplexityHeaderSchema,
  perplexityMissedSchema,
  type Score,
  scoreSchema,
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

/** Writes down why there is no perplexity. Scores that lie there already stay the folder's. */
export async function writeMissed(folder: string, notRun: string): Promise<void> {
  if (readScores(folder).kind !== 'scored') {
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
