import type { ModelRecord } from '../records/model.ts';
import type {
  CellPlan,
  Decode,
  EngineIdentity,
  EngineSettings,
  Grading,
  Plan,
} from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import type { SandboxIdentity } from '../sandbox/sandbox.ts';
import { usageError } from '../records/error.ts';
import { EXTRACTION_VERSION } from './extract.ts';
import { HUMANEVAL } from './humaneval.ts';
import {
  choosePromptStyle,
  DEFAULT_MAX_TOKENS,
  type PromptOptions,
  stopRuleFor,
} from './prompt.ts';

export interface PlanOptions {
  readonly models: readonly ModelRecord[];
  readonly decodes: readonly Decode[];
  readonly tasks: readonly Task[];
  /** How many tasks the whole data set has. */
  readonly totalTasks: number;
  readonly prompt: PromptOptions;
  /** Token cap of an answer; `undefined`: the way of asking decides. */
  readonly maxTokens: number | undefined;
  readonly seed: number;
  readonly engine: EngineIdentity;
  readonly settings: EngineSettings;
  readonly sandbox: SandboxIdentity;
}

/** Makes the plan: every model × decoding mode is a cell. The same options give the same plan. */
export function makePlan(options: PlanOptions): Plan {
  const cells = options.models.flatMap((model) =>
    options.decodes.map((decode) => makeCell(model, decode, options)),
  );
  refuseTwins(cells);
  return {
    version: 1,
    dataset: {
      name: HUMANEVAL.name,
      sha256: HUMANEVAL.sha256,
      taskIds: options.tasks.map((task) => task.taskId),
      total: options.totalTasks,
    },
    cells,
    grading: gradingOf(options.sandbox),
  };
}

function makeCell(model: ModelRecord, decode: Decode, options: PlanOptions): CellPlan {
  const prompt = choosePromptStyle(model, options.prompt);
  return {
    id: `${model.base}:${model.quantization}/${decode.mode}`,
    model,
    decode,
    prompt,
    stop: stopRuleFor(prompt),
    maxTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS[prompt.mode],
    seed: options.seed,
    engine: options.engine,
    settings: options.settings,
  };
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

function gradingOf(sandbox: SandboxIdentity): Grading {
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
