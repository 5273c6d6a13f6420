import type { EngineSession } from '../../engines/engine.ts';
import type { GenerateOptions } from '../../engines/generation.ts';
import { expectedRest } from '../../metrics/expected-length.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import { completionsOf } from '../completions.ts';
import { chooseContextSize } from '../context-size.ts';
import type { Probe, Probed } from '../measure.ts';
import { spread } from '../spread.ts';
import { requestFor } from './generate.ts';
import { workDone, workLeft } from './work-left.ts';
import { promptTokens, sequencesOf, WorkMeter } from './work-meter.ts';

/** Completions that a probe begins, spread over the tasks, and for how long it lets them run. */
const COMPLETIONS = 4;
const PROBE_MS = 10_000;

/**
 * Generates a few of a cell's completions, keeps none of them, and says what a completion is likely to
 * take. Throws as the engine does.
 */
export async function probeCompletions(
  cell: CellPlan,
  { model, tasks, signal }: Probe & { readonly tasks: readonly Task[] },
): Promise<Probed | undefined> {
  const session = await model.sessionFor(cell);
  const contextSize = await chooseContextSize(cell, tasks, session);
  const all = completionsOf(cell, tasks);
  const prompts = await promptTokens(cell, all, session);
  const firsts = all.filter(({ sample }) => sample === 0);
  const chosen = spread(firsts, COMPLETIONS);
  const meter = new WorkMeter(cell, await promptTokens(cell, chosen, session));
  const requests = chosen.map((wanted) => requestFor(cell, wanted));
  const start = performance.now();
  const isCut = await generateFor(session, { requests, contextSize, signal }, meter);
  const elapsedMs = performance.now() - start;
  if (isCut) {
    // Its process was ended in the middle of its work.
    await model.close();
  }
  const { state } = meter;
  if (state.newTokens === 0) {
    return undefined;
  }
  const rest = expectedRest(state);
  const left = workLeft(
    { endedNow: 0, underWay: [], prompts, parallel: sequencesOf(cell) },
    rest ?? ((soFar) => cell.maxTokens - soFar),
  );
  const seconds = (elapsedMs / 1_000).toFixed(1);
  const bound =
    rest === undefined ? ', most of which had not ended: each taken at its longest' : '';
  return {
    msEach: ((elapsedMs / workDone(state)) * left) / all.length,
    text: `${state.newTokens} tokens of ${chosen.length} completions in ${seconds} s${bound}`,
  };
}

/** True: the time was up before all had ended. */
async function generateFor(
  session: EngineSession,
  asked: Pick<GenerateOptions, 'requests' | 'contextSize' | 'signal'>,
  meter: WorkMeter,
): Promise<boolean> {
  const timeout = AbortSignal.timeout(PROBE_MS);
  try {
    await session.generate({
      ...asked,
      signal: AbortSignal.any([asked.signal, timeout]),
      onNewTokens: (newTokens, underWay) => meter.advance(newTokens, underWay),
      onResult: (result) => meter.end(result),
    });
    return false;
  } catch (error) {
    if (timeout.aborted && !asked.signal.aborted) {
      return true;
    }
    throw error;
  }
}
