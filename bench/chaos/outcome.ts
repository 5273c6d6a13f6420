import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sha256Text } from '../../src/records/hash.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { KINDS } from '../../src/store/kinds.ts';
import { readRun, type RunRecords } from '../../src/store/run-store.ts';
import type { JobName } from './jobs.ts';

/** What two runs of one command must agree in, whatever happened to one of them: rows by what they are of. */
export type RunOutcome = Readonly<Record<string, readonly unknown[]>>;

/** Reads it from a run's folder. */
export function outcomeOf(folder: string, job: JobName): RunOutcome {
  const records = readRun(folder);
  const { status, cells, dataset } = summarize(records);
  return {
    completions: sorted(records.completions.map(({ key, text, tokens }) => [key, text, tokens])),
    verdicts: sorted(
      records.verdicts.map(({ key, completionKey, outcome }) => [completionKey, key, outcome]),
    ),
    scores: sorted(scoresOf(records).map(({ key, ...score }) => [key, score])),
    summary: [
      { status, dataset },
      ...cells.map(({ id, passAt1, passAtK, failures, stopReasons, infrastructure, pending }) => ({
        id,
        passAt1,
        passAtK,
        failures,
        stopReasons,
        infrastructure,
        pending,
      })),
    ],
    // A merged run is written whole, from records that are the same.
    bytes: job === 'merge' ? bytesOf(folder) : [],
  };
}

function scoresOf({ perplexity }: RunRecords) {
  return perplexity?.kind === 'scored' ? perplexity.scores : [];
}

function bytesOf(folder: string): unknown[] {
  const { completions, verdicts } = KINDS.humaneval.files;
  return [completions.file, verdicts.file, 'samples.jsonl'].map((name) => {
    const path = join(folder, name);
    return [name, existsSync(path) ? sha256Text(readFileSync(path, 'utf8')) : undefined];
  });
}

const SHOWN = 300;

/** In what two outcomes differ, with the first rows that do; empty where they are the same. */
export function differences(wanted: RunOutcome, found: RunOutcome): string[] {
  return Object.entries(wanted).flatMap(([name, rows]) => {
    const others = found[name] ?? [];
    const length = Math.max(rows.length, others.length);
    const index = Array.from({ length }, (_, at) => at).find(
      (at) => !isDeepStrictEqual(rows[at], others[at]),
    );
    if (index === undefined) {
      return [];
    }
    const [one, other] = [rows[index], others[index]].map((row) =>
      (JSON.stringify(row) ?? 'nothing').slice(0, SHOWN),
    );
    return [`other ${name}: of ${rows.length} and ${others.length}, ${one} and ${other}`];
  });
}

function sorted(rows: readonly (readonly unknown[])[]): unknown[] {
  return rows.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}
