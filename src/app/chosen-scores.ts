import { refuseShard } from './shard.ts';
import { type ScoredRun, scoredRun } from '../compare/compare-scores.ts';
import type { ScoreRecords } from '../store/score-store.ts';
import { findCell, type RunName } from './cell-name.ts';

/**
 * A folder of scores, of the others only the model that was named. The reference, which was chosen as
 * they were scored, stands for all of them.
 */
export function chosenScores({ run, cell }: RunName, records: ScoreRecords): ScoredRun {
  if (records.kind === 'scored') {
    refuseShard(run, records.header);
  }
  const scored = scoredRun(run, records);
  if (cell === undefined) {
    return scored;
  }
  const { reference, others } = scored;
  const ids = [reference, ...others].map(({ subject }) => subject.id);
  const id = findCell(run, ids, cell);
  return id === reference.subject.id
    ? scored
    : { ...scored, others: others.filter(({ subject }) => subject.id === id) };
}
