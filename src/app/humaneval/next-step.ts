import type { Report } from '../../records/report.ts';
import type { Stage } from '../../records/stage.ts';
import { runWord } from '../where-more.ts';

/** What somebody who has read a run's report may do next, in one line. */
export function nextStep(
  {
    status,
    dataset,
    cells,
  }: Pick<Report, 'status' | 'cells'> & { readonly dataset: { readonly total: number } },
  folder: { readonly path: string; readonly cwd: string; readonly only?: Stage | undefined },
): string {
  const run = runWord(folder);
  if (folder.only === 'generate' && status === 'incomplete') {
    return `next: evalkit judge ${run} judges it, here or where the folder is copied to`;
  }
  switch (status) {
    case 'incomplete':
      return 'next: rerun the same command to do what is missing';
    case 'shard':
      return 'next: evalkit merge puts this shard and the others together';
    case 'partial':
      return `next: evalkit report ${run} --details, or the same command for all ${dataset.total} tasks`;
    case 'stopped by rule':
      return `next: evalkit gate ${run} says what was decided`;
    case 'complete':
      return cells.length > 1
        ? `next: evalkit compare ${run} says which of the differences are real`
        : `next: evalkit baseline write ${run} --out baseline.json keeps it for later runs to be held against`;
  }
}
