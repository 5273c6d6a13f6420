import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PerplexityHeader } from '../../records/perplexity.ts';
import type { RunHeader } from '../../records/run-header.ts';
import { PERPLEXITY_FILE } from '../read-folder.ts';
import { readRunScores, type ScoreRecords } from '../score-store.ts';
import { mergedHeader, type Part, refuseOther } from './headers.ts';
import type { MissingPieces } from './missing.ts';
import { poolScores } from './score-pool.ts';

type Scored = Extract<ScoreRecords, { kind: 'scored' }>;

/** The scores of a run's parts, whose header is a file of its own. */
export function mergeRunScores(
  parts: readonly Part<RunHeader>[],
  missing: MissingPieces,
): { readonly write: (folder: string) => void } {
  const found = parts.map((part) => ({ part, scores: readRunScores(part.folder) }));
  const scored = found.flatMap(({ part, scores }): Part<PerplexityHeader>[] =>
    isScored(scores) ? [{ name: part.name, folder: part.folder, header: scores.header }] : [],
  );
  const [first, ...others] = scored;
  if (first === undefined) {
    const reason = found.map(({ scores }) => scores).find(({ kind }) => kind === 'missed');
    return { write: (folder) => writeMissed(folder, reason) };
  }
  for (const other of others) {
    refuseOther(first, other);
  }
  const pool = poolScores([first, ...others], missing);
  const header = mergedHeader([first, ...others]);
  return {
    write: (folder) => {
      writeJson(join(folder, PERPLEXITY_FILE), header);
      pool.write(folder);
    },
  };
}

function isScored(scores: ScoreRecords): scores is Scored {
  return scores.kind === 'scored';
}

function writeMissed(folder: string, scores: ScoreRecords | undefined): void {
  if (scores?.kind === 'missed') {
    writeJson(join(folder, PERPLEXITY_FILE), { version: 2, notRun: scores.reason });
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
