import { nearestNames } from '../../models/nearest-names.ts';
import { counted } from '../../records/counted.ts';
import { usageError } from '../../records/error.ts';
import type { Plan } from '../../records/plan.ts';

/**
 * The task that a text names: its id, whatever the case, or what stands behind the last slash of one
 * id alone, as 12. Throws a usage error that names the nearest.
 */
export function findTask(run: string, { taskIds, total }: Plan['dataset'], text: string): string {
  const wanted = text.toLowerCase();
  const found =
    taskIds.find((id) => id === text) ??
    onlyOne(taskIds.filter((id) => id.toLowerCase() === wanted)) ??
    onlyOne(taskIds.filter((id) => id.toLowerCase().split('/').at(-1) === wanted));
  if (found !== undefined) {
    return found;
  }
  const part =
    taskIds.length < total ? `, which asked ${taskIds.length} of ${counted(total, 'task')}` : '';
  throw usageError(
    `there is no task ${text} in ${run}${part}; nearest: ${nearestNames(text, taskIds).join(', ')}`,
  );
}

function onlyOne(ids: readonly string[]): string | undefined {
  return ids.length === 1 ? ids[0] : undefined;
}
