import type { CellPlan, LatencyPlan } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import { completionsOf } from '../completions.ts';
import { chooseContextSize } from '../context-size.ts';
import type { Probe, Probed } from '../measure.ts';
import { requestFor } from '../pass-rate/generate.ts';
import { spread } from '../spread.ts';
import { capped } from './units.ts';

/** Completions that a probe times, one after the other, and how long it may take. */
const COMPLETIONS = 2;
const PROBE_MS = 20_000;

/** Times some of the latency pass's completions, keeps none, and says what one takes. */
export async function probeTimings(
  plan: CellPlan,
  probe: Probe & { readonly tasks: readonly Task[]; readonly latency: LatencyPlan },
): Promise<Probed | undefined> {
  const { model, latency } = probe;
  const cell = capped(plan, latency);
  const session = await model.sessionFor(cell);
  const { timing } = session;
  const timed = probe.tasks.filter(({ taskId }) => latency.taskIds.includes(taskId));
  const contextSize = await chooseContextSize(cell, timed, session);
  const timeout = AbortSignal.timeout(PROBE_MS);
  const signal = AbortSignal.any([probe.signal, timeout]);
  let [newTokens, ms] = [0, 0];
  const chosen = spread(
    completionsOf(cell, timed).filter(({ sample }) => sample === 0),
    COMPLETIONS,
  );
  try {
    for (const wanted of chosen) {
      const result = await timing?.time({ request: requestFor(cell, wanted), contextSize, signal });
      newTokens += result?.newTokens ?? 0;
      ms += (result?.ttftMs ?? 0) + (result?.decodeMs ?? 0);
    }
  } catch (error) {
    if (!timeout.aborted || probe.signal.aborted) {
      throw error;
    }
    await model.close();
    return undefined;
  }
  return {
    msEach: ms / chosen.length,
    text: `${newTokens} tokens of ${chosen.length} timings in ${(ms / 1_000).toFixed(1)} s`,
  };
}
