import type { TaskMatrix } from '../pictures.ts';
import type { NamedRendition } from '../several-runs.ts';
import { matrixTogether } from '../several-runs.ts';

/**
 * The tasks of several suites below each other, each cell's verdicts in its one column: a task is held
 * against its own suite's reference. Suites that were asked other cells stand side by side.
 */
export function matrixOfSuites(suites: readonly NamedRendition[]): TaskMatrix | undefined {
  const all = suites.flatMap(({ name, rendition }) => {
    const matrix = rendition.matrix?.();
    return matrix === undefined ? [] : [{ name, matrix }];
  });
  const [first] = all;
  if (first === undefined) {
    return undefined;
  }
  const { cells, reference } = first.matrix;
  const nameOfReference = cells[reference ?? 0];
  const isAlike = all.every(
    ({ matrix }) =>
      matrix.cells[matrix.reference ?? 0] === nameOfReference &&
      (matrix.reference === undefined) === (reference === undefined),
  );
  if (!isAlike) {
    return matrixTogether(suites);
  }
  const names = [...new Set(all.flatMap(({ matrix }) => matrix.cells))];
  const ids = all.flatMap(({ matrix }) => matrix.tasks.map(({ id }) => id));
  const isShared = new Set(ids).size < ids.length;
  return {
    cells: names,
    ...(reference === undefined ? {} : { reference }),
    tasks: all.flatMap(({ name, matrix }) =>
      matrix.tasks.map(({ id, attempts, ...rest }) => ({
        ...rest,
        id: isShared ? `${name}: ${id}` : id,
        attempts: names.map((cell) => attempts[matrix.cells.indexOf(cell)] ?? []),
      })),
    ),
  };
}
