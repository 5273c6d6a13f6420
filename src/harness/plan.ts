import { modeOfCell } from '../modes/index.ts';
import type { Decode } from '../records/decode.ts';
import type { ModelRecord } from '../records/model.ts';
import type {
  CellPlan,
  EngineIdentity,
  EngineSettings,
  LatencyPlan,
  NotRunRow,
  Plan,
} from '../records/plan.ts';
import type { Grading } from '../records/grading.ts';
import type { Task } from '../records/task.ts';
import type { GraderIdentity } from '../sandbox/grader.ts';
import { usageError } from '../records/error.ts';
import type { TaskSet } from '../suites/load.ts';
import type { Suite } from '../suites/suite.ts';
import { LATENCY_MAX_TOKENS, pickLatencyTasks } from '../measures/latency/units.ts';
import { choosePromptStyle, type PromptOptions, stopRuleFor } from '../suites/prompt.ts';

export interface PlanOptions {
  readonly models: readonly ModelRecord[];
  /** How each model decodes: drafts differ from base to base. */
  readonly decodesFor: (model: ModelRecord) => readonly Decode[];
  readonly tasks: readonly Task[];
  /** The whole data set. */
  readonly set: TaskSet;
  readonly prompt: PromptOptions;
  /** Token cap of an answer; `undefined`: the way of asking decides. */
  readonly maxTokens: number | undefined;
  readonly seed: number;
  readonly engine: EngineIdentity;
  /** One for each combination of cache types. */
  readonly settings: readonly EngineSettings[];
  readonly sandbox: GraderIdentity;
  readonly k: readonly number[];
  /** How many tasks are timed and how often; `undefined`: no latency pass. */
  readonly latency: { readonly tasks: number; readonly repeats: number } | undefined;
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
  const { set } = options;
  const { suite } = set;
  const taskIds = options.tasks.map((task) => task.taskId);
  return {
    version: 1,
    dataset: {
      suite: { name: suite.name, version: suite.version },
      name: suite.title,
      sha256: set.sha256,
      taskIds,
      total: set.tasks.length,
      ...(suite.parts === undefined ? {} : { parts: [...suite.parts] }),
    },
    cells,
    grading: gradingOf(options.sandbox, suite),
    k: [...options.k],
    ...(options.latency === undefined ? {} : { latency: latencyPlan(taskIds, options.latency) }),
    ...(options.notRun.length === 0 ? {} : { notRun: [...options.notRun] }),
  };
}

function makeCell(
  what: Pick<CellPlan, 'model' | 'decode' | 'settings'>,
  options: PlanOptions,
): CellPlan {
  const { model, decode, settings } = what;
  const { prompts } = options.set.suite;
  const prompt = choosePromptStyle(model, options.prompt, prompts);
  return {
    id: cellId(what, options.settings),
    model,
    decode,
    prompt,
    stop: stopRuleFor(prompt, prompts),
    maxTokens: options.maxTokens ?? prompts[prompt.mode].maxTokens,
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

function latencyPlan(
  taskIds: readonly string[],
  { tasks, repeats }: { readonly tasks: number; readonly repeats: number },
): LatencyPlan {
  return { taskIds: pickLatencyTasks(taskIds, tasks), repeats, maxTokens: LATENCY_MAX_TOKENS };
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

/** All that decides verdicts beside the completions and the tests. */
export function gradingOf(grader: GraderIdentity, { extraction }: Suite): Grading {
  const { name, version, level, runtime, identity, limits } = grader;
  return {
    grader: { name, version, level, runtime, identity },
    extraction: extraction.version,
    limits: { ...limits },
  };
}
