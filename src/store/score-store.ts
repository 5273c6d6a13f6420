import { existsSync } from 'node:fs';
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
  type Subject,
} from '../records/perplexity.ts';
import type { Incident } from '../records/verdict.ts';
import type { RunHeader } from '../records/run-header.ts';
import { hasUnit, type MaybeShard } from '../records/shard.ts';
import { KINDS } from './kinds.ts';
import { otherVersion, PERPLEXITY_FILE, readHeader, readJson, readRecords } from './read-folder.ts';
import { type OpenRun, RunFolder } from './run-folder.ts';
import { upgradeHeader, upgradeScores } from './upgrade.ts';

const { files } = KINDS.perplexity;

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

/** What of a header says which units there are to be scored. */
type Asking = MaybeShard & Pick<PerplexityHeader, 'plan'>;

/** A subject's scores under the present plan, in order, up to the first that is missing. */
export function scoresOf(
  subject: Subject,
  { header, scores }: { readonly header: Asking; readonly scores: readonly Score[] },
): Score[] {
  const { plan } = header;
  const byKey = new Map(scores.map((score) => [score.key, score]));
  const found: Score[] = [];
  // Until the first one tells how many there are, it is looked for among the first of each shard.
  const first = header.shard?.of ?? 1;
  for (let unit = 0; unit < (unitsOf(plan, found) ?? first); unit += 1) {
    if (!hasUnit(header, unit)) {
      continue;
    }
    const score = byKey.get(scoreKey(plan, subject, unit));
    if (score === undefined) {
      break;
    }
    found.push(score);
  }
  return found;
}

/** How many of a subject's units have no score; `undefined`: nobody knows yet how many there are. */
export function missingUnits(header: Asking, found: readonly Score[]): number | undefined {
  const all = unitsOf(header.plan, found);
  if (all === undefined) {
    return undefined;
  }
  const asked = Array.from({ length: all }, (_, unit) => unit).filter((unit) =>
    hasUnit(header, unit),
  );
  return asked.length - found.length;
}

/** Whether all of a subject's units have their scores. */
export function isScored(subject: Subject, records: Parameters<typeof scoresOf>[1]): boolean {
  return missingUnits(records.header, scoresOf(subject, records)) === 0;
}

/** Whether scores that were asked for are missing. */
export function lacksScores(records: ScoreRecords | undefined): boolean {
  return (
    records?.kind === 'scored' &&
    records.header.plan.subjects.some((subject) => !isScored(subject, records))
  );
}

/** The scores of a plan, open for more. */
export interface ScoreStore {
  readonly header: PerplexityHeader;
  /** By key. */
  readonly scores: ReadonlyMap<string, Score>;
  add(score: Score): void;
}

/** The scores of a folder of their own, open for more. */
export class ScoreFolder implements ScoreStore, AsyncDisposable {
  readonly header: PerplexityHeader;
  readonly #run: RunFolder<PerplexityHeader>;
  readonly #scores;
  readonly #incidents;

  private constructor(run: RunFolder<PerplexityHeader>) {
    this.#run = run;
    this.header = run.header;
    this.#scores = run.list(files.scores);
    this.#incidents = run.list(files.incidents);
  }

  /** Opens or begins a folder of scores; see `RunFolder.open`. */
  static open(options: OpenRun<PerplexityHeader>): Promise<ScoreFolder> {
    return RunFolder.open(KINDS.perplexity, options, (run) => new ScoreFolder(run));
  }

  get scores(): ReadonlyMap<string, Score> {
    return this.#scores.records;
  }

  add(score: Score): void {
    this.#scores.add(score);
  }

  addIncident(incident: Incident): void {
    this.#incidents.add(incident);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#run[Symbol.asyncDispose]();
  }
}

/** Reads the scores of a folder of their own. Throws `EvalkitError` if it holds none. */
export function readScores(folder: string): Extract<ScoreRecords, { kind: 'scored' }> {
  const { header, version } = readHeader(folder, KINDS.perplexity);
  const value = version === 1 ? readJson(join(folder, PERPLEXITY_FILE)) : header;
  return { kind: 'scored', header, scores: scoresUnder(header, { folder, version, value }) };
}

/** The scores of a folder under the keys of its header; `value`: the header as it was written. */
function scoresUnder(
  { plan }: PerplexityHeader,
  {
    folder,
    version,
    value,
  }: { readonly folder: string; readonly version: 1 | 2; readonly value: unknown },
): Score[] {
  const scores = readRecords(folder, files.scores);
  return version === 1 ? upgradeScores(scores, value, plan) : scores;
}

const partSchema = z.union([perplexityHeaderSchema, perplexityMissedSchema]);

/** Reads the scores among the records of a run. Throws `EvalkitError` for files of another version. */
export function readRunScores(folder: string): ScoreRecords {
  const path = join(folder, PERPLEXITY_FILE);
  if (!existsSync(path)) {
    return { kind: 'none' };
  }
  const value = readJson(path);
  const isOld = z.object({ version: z.literal(1) }).safeParse(value).success;
  const version = isOld ? 1 : 2;
  const { data, error } = partSchema.safeParse(isOld ? upgradeHeader('perplexity', value) : value);
  if (data === undefined) {
    throw otherVersion(path, error);
  }
  return 'notRun' in data
    ? { kind: 'missed', reason: data.notRun }
    : {
        kind: 'scored',
        header: data,
        scores: scoresUnder(data, { folder, version, value }),
      };
}

/**
 * The scores of an open run. A header of other settings takes the place of the one before, one of the
 * same keeps its time; scores go by their keys and stay.
 */
export async function openScores(
  run: RunFolder<RunHeader>,
  header: PerplexityHeader,
): Promise<ScoreStore> {
  const found = readRunScores(run.path);
  const isSame = found.kind === 'scored' && found.header.planHash === header.planHash;
  if (!isSame) {
    await writePart(run.path, header);
  }
  const list = run.list(files.scores);
  return {
    header: isSame ? found.header : header,
    scores: list.records,
    add: (score) => list.add(score),
  };
}

/**
 * Writes down why a run has no scores. Where some lie already, they stay the run's if none
 * is missing.
 */
export async function missScores(folder: string, notRun: string): Promise<void> {
  const found = readRunScores(folder);
  if (found.kind !== 'scored' || lacksScores(found)) {
    await writePart(folder, { version: 2, notRun });
  }
}

async function writePart(folder: string, part: z.infer<typeof partSchema>): Promise<void> {
  await writeFileAtomic(join(folder, PERPLEXITY_FILE), `${JSON.stringify(part, undefined, 2)}\n`);
}
