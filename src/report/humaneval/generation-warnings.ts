import type { EngineSessionRecord } from '../../records/completion.ts';
import type { CellReport } from '../../records/report.ts';
import { counted } from '../../records/counted.ts';

/** What a reader must know before trusting the figures of the quality pass. */
export function generationWarnings(
  cells: readonly CellReport[],
  sessions: readonly EngineSessionRecord[],
): string[] {
  return cells.flatMap(({ id, generation }) => {
    if ('notRun' in generation) {
      return [];
    }
    const own = sessions.filter(({ cell, pass }) => cell === id && pass === 'quality');
    return [...partOf(id, generation.covers), ...changesOf(id, own)];
  });
}

type Covers = Exclude<CellReport['generation'], { notRun: string }>['covers'];

function partOf(id: string, covers: Covers): string[] {
  return covers === undefined
    ? []
    : [
        `${id}: tokens, wall time and tokens/s are those of ${covers.completions} of ${counted(covers.of, 'completion')}: the session that made the others left no record of itself`,
      ];
}

/** Where the sessions of a cell did not all work alike, its sums are of both. */
function changesOf(id: string, sessions: readonly EngineSessionRecord[]): string[] {
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
          `${id}: its ${counted(sessions.length, 'session')} ran with different ${what} (${values.join(', ')}); tokens/s and wall time are of all of them`,
        ];
  });
}
