import type { EngineSessionRecord } from '../../records/completion.ts';
import type { CellReport } from '../../records/report.ts';
import { counted } from '../../records/counted.ts';
import { type CellWarning, foldWarnings } from '../words/cell-warnings.ts';

/** What a reader must know before trusting the figures of the quality pass. */
export function generationWarnings(
  cells: readonly CellReport[],
  sessions: readonly EngineSessionRecord[],
): string[] {
  const warnings = cells.flatMap(({ id, generation }) => {
    if ('notRun' in generation) {
      return [];
    }
    const own = sessions.filter(({ cell, pass }) => cell === id && pass === 'quality');
    return [...partOf(id, generation.covers), ...changesOf(id, own)];
  });
  return foldWarnings(warnings);
}

type Covers = Exclude<CellReport['generation'], { notRun: string }>['covers'];

function partOf(id: string, covers: Covers): CellWarning[] {
  return covers === undefined
    ? []
    : [
        {
          cell: id,
          alone: `tokens, wall time and tokens/s are those of ${covers.completions} of ${counted(covers.of, 'completion')}: the session that made the others left no record of itself`,
          together:
            'tokens, wall time and tokens/s are those of a part of the completions, since a session left no record of itself',
          amount: `${covers.completions} of ${covers.of}`,
        },
      ];
}

/** Where the sessions of a cell did not all work alike, its sums are of both. */
function changesOf(id: string, sessions: readonly EngineSessionRecord[]): CellWarning[] {
  const facts = [
    ['thread counts', ({ threads }: EngineSessionRecord) => threads],
    ['context sizes', ({ contextSize }: EngineSessionRecord) => contextSize],
    ['backends', ({ backend }: EngineSessionRecord) => backend],
    ['instruction sets', ({ audit }: EngineSessionRecord) => audit?.instructions],
  ] as const;
  return facts.flatMap(([what, pick]) => {
    const values = [...new Set(sessions.flatMap((session) => pick(session) ?? []))];
    return values.length < 2
      ? []
      : [
          {
            cell: id,
            alone: `its ${counted(sessions.length, 'session')} ran with different ${what} (${values.join(', ')}); tokens/s and wall time are of all of them`,
            together: `sessions ran with different ${what}; tokens/s and wall time are of all of them`,
            amount: values.join(', '),
          },
        ];
  });
}
