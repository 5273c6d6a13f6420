import type { TimedResult, TimingCapability } from '../../engines/capabilities.ts';
import type { EngineSession } from '../../engines/engine.ts';
import type { EngineSessionRecord } from '../../records/completion.ts';
import type { CellPlan, LatencyPlan } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { RunStore } from '../../store/run-store.ts';
import { completionsOf } from '../completions.ts';
import { chooseContextSize } from '../context-size.ts';
import { requestFor } from '../pass-rate/generate.ts';
import { capped } from './units.ts';
import type { LoadGroup } from '../load-groups.ts';
import { type LoadOptions, ModelProcess } from '../model-process.ts';
import { renderPrompt } from '../../suites/prompt.ts';

export interface WarmModelOptions extends LoadOptions {
  readonly latency: LatencyPlan;
  readonly tasks: readonly Task[];
  readonly store: RunStore;
  readonly interleaved: EngineSessionRecord['interleaved'];
}

/** A session in which a cell has generated once already. */
export interface WarmSession {
  readonly session: EngineSession;
  readonly timing: TimingCapability;
  readonly contextSize: number | undefined;
  /** Number of the session in the run's records. */
  readonly number: number;
}

/** A loaded model of the latency pass, which completes a cell's longest prompt before it is timed. */
export class WarmModel implements AsyncDisposable {
  readonly group: LoadGroup;
  readonly #options: WarmModelOptions;
  readonly #process: ModelProcess;
  readonly #warm = new Map<string, WarmSession>();

  constructor(group: LoadGroup, options: WarmModelOptions) {
    this.group = group;
    this.#options = options;
    this.#process = new ModelProcess(group, options);
  }

  /**
   * The session for a cell, warmed up unless it is. The warm-up is on the longest of the timed
   * prompts: it also shows the cell's peak of memory, which is recorded with the session. Cells are
   * to be warmed up in the group's order, so that a draft, the last, adds to no other cell's peak.
   */
  async warmUp(plan: CellPlan): Promise<WarmSession> {
    const found = this.#warm.get(plan.id);
    if (found !== undefined) {
      return found;
    }
    const { latency, store, signal } = this.#options;
    const cell = capped(plan, latency);
    const session = await this.#process.sessionFor(cell);
    const tasks = this.#options.tasks.filter(({ taskId }) => latency.taskIds.includes(taskId));
    const contextSize = await chooseContextSize(cell, tasks, session);
    const [wanted] = completionsOf(cell, [await longestOf(tasks, cell, session)]);
    if (wanted === undefined) {
      throw new Error(`${cell.id} has no completion to warm up with`);
    }
    const draftCosts = store.draftCosts.get(cell.id);
    const request = requestFor(cell, wanted);
    const { timing } = session;
    if (timing === undefined) {
      throw new Error(`${cell.id} is timed by an engine that does not`);
    }
    const timed = await timing.time({ request, contextSize, draftCosts, signal });
    const warm = { session, timing, contextSize, number: store.nextSession };
    this.#record(cell, warm, timed);
    this.#warm.set(cell.id, warm);
    return warm;
  }

  #record(cell: CellPlan, { session, contextSize, number }: WarmSession, timed: TimedResult): void {
    this.#options.store.addSession({
      version: 1,
      session: number,
      pass: 'latency',
      interleaved: this.#options.interleaved,
      cell: cell.id,
      completions: 1,
      wallMs: timed.ttftMs + timed.decodeMs,
      promptTokens: timed.promptTokens,
      newTokens: timed.newTokens,
      ...(timed.peakRssBytes === undefined ? {} : { peakRssBytes: timed.peakRssBytes }),
      ...this.#process.factsFor(cell, session),
      ...(contextSize === undefined ? {} : { contextSize }),
      ...(timed.draftCosts === undefined ? {} : { draftCosts: timed.draftCosts }),
    });
  }

  /** Ends the process after a failure: what comes next loads and warms up anew. */
  async close(): Promise<void> {
    this.#warm.clear();
    await this.#process.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function longestOf(
  tasks: readonly Task[],
  cell: CellPlan,
  session: EngineSession,
): Promise<Task> {
  const prompts = tasks.map((task) => renderPrompt(task, cell.prompt));
  // Characters tell nearly as well where the engine shows no tokens.
  const encoded = await session.tokens?.encode(prompts);
  const counts = (encoded ?? tasks.map(({ prompt }) => prompt)).map(({ length }) => length);
  const longest = tasks[counts.indexOf(Math.max(...counts))];
  if (longest === undefined) {
    throw new Error(`the latency pass of ${cell.id} has no task`);
  }
  return longest;
}
