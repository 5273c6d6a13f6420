/** What a reader must know of a cell's figures. */
export interface CellWarning {
  readonly cell: string;
  /** What is said of the cell alone, behind its name. */
  readonly alone: string;
  /** What is said of several such cells, before their names. */
  readonly together: string;
  /** How much of it the cell has, behind its name among others, as `12 of 164`. */
  readonly amount?: string;
}

/** Each warning once, with the cells that it concerns. */
export function foldWarnings(warnings: readonly CellWarning[]): string[] {
  return [...Map.groupBy(warnings, ({ together }) => together)].map(([together, own]) => {
    const [first] = own;
    return first !== undefined && own.length === 1
      ? `${first.cell}: ${first.alone}`
      : `${together}: ${own.map(nameWithAmount).join(', ')}`;
  });
}

function nameWithAmount({ cell, amount }: CellWarning): string {
  return amount === undefined ? cell : `${cell} (${amount})`;
}
