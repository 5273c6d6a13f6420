import { visibleJson } from '../../records/visible-text.ts';
import type { RunRecords } from '../../store/run-store.ts';

/**
 * The judged completions in the format of OpenAI's human-eval, a JSON line each with `task_id` and
 * `completion` (what follows the task's prompt), in the plan's order; `cell` says whose it is
 * and `suite` of which suite, which readers of that format ignore. One without code is empty.
 */
export function* sampleLines(records: RunRecords, cell?: string): Generator<string> {
  const { cells, dataset } = records.header.plan;
  const { suite } = dataset;
  const order = new Map(dataset.taskIds.map((taskId, index) => [taskId, index]));
  const position = (taskId: string): number => order.get(taskId) ?? Infinity;
  for (const { id } of cells.filter((each) => cell === undefined || each.id === cell)) {
    const own = records.verdicts
      .filter((verdict) => verdict.cell === id)
      .toSorted((a, b) => position(a.taskId) - position(b.taskId) || a.sample - b.sample);
    for (const verdict of own) {
      const line = JSON.stringify({
        task_id: verdict.taskId,
        completion: verdict.code ?? '',
        ...(verdict.head === undefined ? {} : { evalkit_head: verdict.head }),
        cell: verdict.cell,
        suite: `${suite.name} ${suite.version}`,
      });
      yield `${visibleJson(line)}\n`;
    }
  }
}
