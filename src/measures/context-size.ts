import { about } from '../options/message.ts';
import type { EngineSession } from '../engines/engine.ts';
import { usageError } from '../records/error.ts';
import type { CellPlan } from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import { taskOptions } from '../suites/options.ts';
import { renderPrompt } from '../suites/prompt.ts';

/** Contexts are made in steps, so that near-equal plans get equal ones. */
const CONTEXT_STEP = 256;

/**
 * The context that a cell's longest prompt needs, whatever of it is missing, so that a resumed run has
 * the same; `undefined` where the engine shows no tokens and chooses itself. Throws a usage error where
 * the settings' own context cannot hold it.
 */
export async function chooseContextSize(
  cell: CellPlan,
  tasks: readonly Task[],
  { tokens, info: { trainContextSize = Infinity } }: EngineSession,
): Promise<number | undefined> {
  if (tokens === undefined) {
    return undefined;
  }
  const prompts = await tokens.encode(tasks.map((task) => renderPrompt(task, cell.prompt)));
  const counts = prompts.map(({ length }) => length);
  const longest = Math.max(...counts);
  const needed = longest + cell.maxTokens;
  const isAuto = tokens.contextSize === 'auto';
  const wanted =
    tokens.contextSize === 'auto'
      ? Math.min(Math.ceil(needed / CONTEXT_STEP) * CONTEXT_STEP, trainContextSize)
      : tokens.contextSize;
  if (needed > wanted) {
    const task = tasks[counts.indexOf(longest)];
    throw usageError(
      about`${cell.id}: the prompt of ${String(task?.taskId)} has ${longest} tokens, which with ${taskOptions.maxTokens} ${cell.maxTokens} exceed the context of ${wanted}; lower ${taskOptions.maxTokens}${isAuto ? '' : ' or raise --ctx-size'}`,
    );
  }
  return wanted;
}
