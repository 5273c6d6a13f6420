import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PerplexityHeader } from '../../records/perplexity.ts';
import { KINDS } from '../kinds.ts';
import { HEADER_FILE } from '../read-folder.ts';
import { mergedHeader, type Part } from './headers.ts';
import type { PreparedMerge } from './merge-run.ts';
import { MissingPieces } from './missing.ts';
import { poolScores } from './score-pool.ts';
import { mergeIncidents } from './sessions.ts';
import { shardsOf } from './shards-of.ts';
import { writeAll } from './write-all.ts';

/** Prepares to write the parts of a folder of scores as one. */
export function prepareScoreMerge(
  parts: readonly [Part<PerplexityHeader>, ...Part<PerplexityHeader>[]],
): PreparedMerge {
  const missing = new MissingPieces(shardsOf(parts));
  const header = mergedHeader(parts);
  const pool = poolScores(parts, missing);
  return {
    missing: missing.all(),
    write: (folder) => {
      writeFileSync(join(folder, HEADER_FILE), `${JSON.stringify(header, null, 2)}\n`);
      pool.write(folder);
      writeAll(folder, KINDS.perplexity.files.incidents.file, mergeIncidents(parts));
    },
  };
}
