import type { EngineSession } from '../engines/engine.ts';
import { usageError } from '../records/error.ts';
import type { CellPlan } from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import { renderPrompt } from '../suites/prompt.ts';

/** Contexts are made in steps, so that near-equal plans get equal ones. */
const CONTEXT_STEP = 256;

/**
 * The context that a cell's longest prompt needs, whatever of it is owed, so that a resumed run has
 * the same. Throws a usage error where the plan's own context cannot hold it.
 */
export async function chooseContextSize(
  cell: CellPlan,
  tasks: readonly Task[],
  session: EngineSession,
): Promise<number> {
  const counts = await session.countTokens(tasks.map((task) => renderPrompt(task, cell.prompt)));
  const longest = Math.max(...counts);
  const needed = longest + cell.maxTokens;
  const wanted =
    cell.settings.contextSize === 'auto'
      ? Math.min(Math.ceil(needed / CONTEXT_STEP) * CONTEXT_STEP, session.info.trainContextSize)
      : cell.settings.contextSize;
  if (needed > wanted) {
    const task = tasks[counts.indexOf(longest)];
    throw usageError(
      `${cell.id}: the prompt of ${task?.taskId} has ${longest} tokens, which with --max-tokens ${cell.maxTokens} exceed the context of ${wanted}; lower --max-tokens${cell.settings.contextSize === 'auto' ? '' : ' or raise --ctx-size'}`,
    );
  }
  return wanted;
}
