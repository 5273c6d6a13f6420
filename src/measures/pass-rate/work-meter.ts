import type { EngineSession } from '../../engines/engine.ts';
import type { GenerationResult } from '../../engines/generation.ts';
import { modeOfCell } from '../../modes/index.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { Work } from '../../records/progress.ts';
import { renderPrompt } from '../../suites/prompt.ts';
import type { Wanted } from '../completions.ts';
import { type GenerationState, workOf } from './work-left.ts';

/** Characters of a token of code, where an engine does not count: roughly. */
const CHARACTERS_A_TOKEN = 4;

/** Follows the generation of a cell: how many tokens there are, and how much work is left. */
export class WorkMeter {
  readonly #cell: CellPlan;
  readonly #prompts: readonly number[];
  readonly #ended: number[];
  #newTokens = 0;
  #underWay: readonly number[] = [];
  #endedNow = 0;

  /**
   * `prompts`: as `promptTokens` gives them. `ended`: lengths of completions of the cell that were there
   * before.
   */
  constructor(cell: CellPlan, prompts: readonly number[], ended: readonly number[] = []) {
    this.#cell = cell;
    this.#prompts = prompts;
    this.#ended = [...ended];
  }

  get state(): GenerationState {
    return {
      ended: this.#ended,
      underWay: this.#underWay,
      endedNow: this.#endedNow,
      newTokens: this.#newTokens,
      most: this.#cell.maxTokens,
      prompts: this.#prompts,
      parallel: sequencesOf(this.#cell),
    };
  }

  /** What progress tells of it. */
  get told(): { readonly newTokens: number; readonly work: Work | undefined } {
    return { newTokens: this.#newTokens, work: workOf(this.state) };
  }

  advance(newTokens: number, underWay: readonly number[] = []): void {
    this.#newTokens = newTokens;
    this.#underWay = underWay;
  }

  end({ tokens }: GenerationResult): void {
    this.#endedNow += 1;
    if (tokens !== undefined) {
      this.#ended.push(tokens.length);
    }
  }
}

/** How many of a cell's completions are generated at once. */
export function sequencesOf(cell: CellPlan): number {
  return modeOfCell(cell).isSequential ? 1 : cell.parallel;
}

/**
 * Tokens of the prompts of completions, those first that begin first. The samples of a task share one
 * prompt, so that all but one count nothing.
 */
export async function promptTokens(
  cell: CellPlan,
  wanted: readonly Wanted[],
  { tokens }: EngineSession,
): Promise<number[]> {
  const tasks = [...new Set(wanted.map(({ task }) => task))];
  const texts = tasks.map((task) => renderPrompt(task, cell.prompt));
  const counts =
    (await tokens?.encode(texts))?.map(({ length }) => length) ??
    tasks.map(({ prompt }) => prompt.length / CHARACTERS_A_TOKEN);
  const shared = Array.from({ length: wanted.length - tasks.length }, () => 0);
  return sequencesOf(cell) === 1
    ? [...counts, ...shared]
    : [...counts.toSorted((one, other) => other - one), ...shared];
}
