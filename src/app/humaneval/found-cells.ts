import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import type { Plan } from '../../records/plan.ts';
import { KINDS } from '../../store/kinds.ts';
import { hasRun, readHeader } from '../../store/read-folder.ts';
import { humanevalOptions } from './options.ts';

/**
 * The plan of a run that is only judged: weights that are not on this machine are those of the cell of
 * the same name in the folder, since judging needs none. Throws a usage error where nothing lies there.
 */
export function withFoundCells(
  plan: Plan,
  folder: string,
  missing: ReadonlyMap<string, string>,
): Plan {
  if (!hasRun(folder)) {
    throw usageError(
      about`${humanevalOptions.options.only} judge: ${folder} holds no run yet; generate it first, with ${humanevalOptions.options.only} generate`,
    );
  }
  const found = new Map(
    readHeader(folder, KINDS.humaneval).header.plan.cells.map((cell) => [cell.id, cell]),
  );
  return {
    ...plan,
    cells: plan.cells.map((cell) =>
      missing.has(cell.model.weights.sha256) ? (found.get(cell.id) ?? cell) : cell,
    ),
  };
}
