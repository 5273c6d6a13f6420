import { modeOfCell } from '../modes/index.ts';
import type { Decode } from '../records/decode.ts';
import type { ModelRecord } from '../records/model.ts';
import type {
  CellPlan,
  EngineIdentity,
  EngineSettings,
  Grading,
  NotRunRow,
  Plan,
} from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import type { GraderIdentity } from '../sandbox/grader.ts';
import { usageError } from '../records/error.ts';
import { EXTRACTION_VERSION } from '../suites/humaneval/extract.ts';
import { HUMANEVAL } from '../suites/humaneval/dataset.ts';
import {
  choosePromptStyle,
  DEFAULT_MAX_TOKENS,
  type PromptOptions,
  stopRuleFor,
} from '../suites/humaneval/prompt.ts';

export interface PlanOptions {
  readonly models: readonly ModelRecord[];
  /** How each model decodes: drafts differ from base to base. */
  readonly decodesFor: (model: ModelRecord) => readonly Decode[];
  readonly tasks: readonly Task[];
  /** How many tasks the whole data set has. */
  readonly totalTasks: number;
  readonly prompt: PromptOptions;
  /** Token cap of an answer; `undefined`: the way of asking decides. */
  readonly maxTokens: number | undefined;
  readonly seed: number;
  readonly engine: EngineIdentity;
  /** One for each combination of cache types. */
  readonly settings: readonly EngineSettings[];
  readonly sandbox: GraderIdentity;
  /** What the measures add. */
  readonly parts: Partial<Plan>;
  readonly notRun: readonly NotRunRow[];
}

/**
 * Makes the plan: every model × decoding mode × cache type is a cell. The same options give the same
 * plan.
 */
export function makePlan(options: PlanOptions): Plan {
  const cells = options.models.flatMap((model) =>
    options
      .decodesFor(model)
      .flatMap((decode) =>
        options.settings.map((settings) => makeCell({ model, decode, settings }, options)),
      ),
  );
  refuseTwins(cells);
  const taskIds = options.tasks.map((task) => task.taskId);
  return {
    version: 1,
    dataset: {
      name: HUMANEVAL.name,
      sha256: HUMANEVAL.sha256,
      taskIds,
      total: options.totalTasks,
    },
    cells,
    grading: gradingOf(options.sandbox),
    ...options.parts,
    ...(options.notRun.length === 0 ? {} : { notRun: [...options.notRun] }),
  };
}

function makeCell(
  what: Pick<CellPlan, 'model' | 'decode' | 'settings'>,
  options: PlanOptions,
): CellPlan {
  const { model, decode, settings } = what;
  const prompt = choosePromptStyle(model, options.prompt);
  return {
    id: cellId(what, options.settings),
    model,
    decode,
    prompt,
    stop: stopRuleFor(prompt),
    maxTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS[prompt.mode],
    // Only what draws depends on it: another seed leaves the other cells' answers where they are.
    seed: modeOfCell(what).draws ? options.seed : 0,
    engine: options.engine,
    settings,
  };
}

/** As `qwen2.5-coder-0.5b:q8_0/greedy`, with `/k=q8_0` and `/v=q8_0` where there are several. */
function cellId(
  { model, decode, settings }: Pick<CellPlan, 'model' | 'decode' | 'settings'>,
  all: readonly EngineSettings[],
): string {
  const isAxis = (name: 'cacheTypeK' | 'cacheTypeV'): boolean =>
    new Set(all.map((one) => one[name])).size > 1;
  return [
    `${model.base}:${model.quantization}/${decode.mode}`,
    ...(isAxis('cacheTypeK') ? [`k=${settings.cacheTypeK}`] : []),
    ...(isAxis('cacheTypeV') ? [`v=${settings.cacheTypeV}`] : []),
  ].join('/');
}

function refuseTwins(cells: readonly CellPlan[]): void {
  const seen = new Set<string>();
  for (const { id } of cells) {
    if (seen.has(id)) {
      throw usageError(`--model or --decode names ${id} twice; name each cell once`);
    }
    seen.add(id);
  }
}

function gradingOf(sandbox: GraderIdentity): Grading {
  return {
    graderVersion: sandbox.graderVersion,
    extractionVersion: EXTRACTION_VERSION,
    sandboxLevel: sandbox.level,
    timeoutMs: sandbox.limits.timeoutMs,
    memoryBytes: sandbox.limits.memoryBytes,
    answerBytes: sandbox.limits.answerBytes,
    python: sandbox.python,
    packages: [...sandbox.packages],
    hashSeed: sandbox.hashSeed,
  };
}
