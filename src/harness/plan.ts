import { about } from '../options/message.ts';
import { modelOptions } from '../models/options.ts';
import { decodeOptions } from '../modes/options.ts';
import { modeOf, withSharedDraws } from '../modes/index.ts';
import type { Decode } from '../records/decode.ts';
import type { ModelRecord } from '../records/model.ts';
import { missingCapability } from '../engines/capabilities.ts';
import type { EngineDefinition, SettingsChoice } from '../engines/engine.ts';
import {
  type CellPlan,
  type EngineIdentity,
  type NotRunRow,
  type Plan,
  type TaskSample,
  plannedSettingsSchema,
} from '../records/plan.ts';
import { type Grading, ungraded } from '../records/grading.ts';
import type { Task } from '../records/task.ts';
import { DEFAULT_LIMITS, type GraderIdentity } from '../sandbox/grader.ts';
import { usageError } from '../records/error.ts';
import type { TaskSet } from '../suites/load.ts';
import type { SuiteRules } from '../suites/suite.ts';
import { MEASURES } from '../measures/index.ts';
import { choosePromptStyle, type PromptOptions, stopRuleFor } from '../suites/prompt.ts';

export interface PlanOptions {
  readonly models: readonly ModelRecord[];
  /** How each model decodes: drafts differ from base to base. */
  readonly decodesFor: (model: ModelRecord) => readonly Decode[];
  readonly tasks: readonly Task[];
  /** The whole data set. */
  readonly set: TaskSet;
  /** How the tasks were drawn, where they are a random sample of it. */
  readonly sample?: TaskSample | undefined;
  readonly prompt: PromptOptions;
  /** Token cap of a completion; `undefined`: the way of asking decides. */
  readonly maxTokens: number | undefined;
  readonly seed: number;
  /** Completions generated at once. */
  readonly parallel: number;
  /** What runs a model, and with which settings: each combination is a cell. */
  readonly engineFor: (model: ModelRecord) => CellEngine;
  /** Absent: another machine will judge. */
  readonly sandbox: GraderIdentity | undefined;
  /** What the measures add. */
  readonly parts: Partial<Plan>;
  readonly notRun: readonly NotRunRow[];
}

/** An engine as a plan needs it. */
export interface CellEngine
  extends Pick<EngineDefinition, 'name' | 'capabilities' | 'sharesDraws' | 'lacks' | 'notAsked'> {
  readonly identityOf: (choice: SettingsChoice) => EngineIdentity;
  readonly settings: readonly SettingsChoice[];
}

/** One cell that may come to be. */
interface Asked {
  readonly model: ModelRecord;
  readonly decode: Decode;
  readonly engine: CellEngine;
  readonly choice: SettingsChoice;
}

/**
 * Makes the plan: every model × decoding mode × combination of settings is a cell. What an engine
 * cannot do is a row that is not run, with its reason. The same options give the same plan. Throws a
 * usage error where no cell is left.
 */
export function makePlan(options: PlanOptions): Plan {
  const asked = options.models.flatMap((model) => {
    const engine = options.engineFor(model);
    return options
      .decodesFor(model)
      .flatMap((decode) => engine.settings.map((choice) => ({ model, decode, engine, choice })));
  });
  const impossible = asked.flatMap((cell) => {
    const reason = missingCapability(cell.engine, modeOf(cell.decode.mode).needs);
    return reason === undefined ? [] : [{ id: cellId(cell), reason }];
  });
  const cells = asked
    .filter(
      ({ engine, decode }) => missingCapability(engine, modeOf(decode.mode).needs) === undefined,
    )
    .map((cell) => makeCell(cell, options));
  if (cells.length === 0) {
    throw usageError(`${impossible[0]?.id}: ${impossible[0]?.reason}; choose another --decode`);
  }
  refuseTwins(cells);
  const notRun = [...options.notRun, ...impossible];
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
      ...(options.sample === undefined ? {} : { sample: options.sample }),
      ...(suite.parts === undefined ? {} : { parts: [...suite.parts] }),
    },
    cells,
    grading:
      options.sandbox === undefined
        ? ungraded({
            extraction: suite.extraction.version,
            limits: { ...DEFAULT_LIMITS, ...suite.limits },
          })
        : gradingOf(options.sandbox, suite),
    ...options.parts,
    ...(notRun.length === 0 ? {} : { notRun }),
  };
}

function makeCell(asked: Asked, options: PlanOptions): CellPlan {
  const { model, decode, engine, choice } = asked;
  const { suite } = options.set;
  const { prompts } = suite;
  const prompt = choosePromptStyle(model, options.prompt, prompts);
  if (choice.onlyFor !== undefined && choice.onlyFor !== prompt.mode) {
    throw usageError(
      about`${cellId(asked)} is asked ${prompt.mode}, and ${choice.settingsText} has an effect on ${choice.onlyFor} prompts alone; use ${{ name: 'prompt' }} ${choice.onlyFor}, or leave it out`,
    );
  }
  const problem = engine.notAsked?.[prompt.mode];
  if (problem !== undefined) {
    const other = prompt.mode === 'raw' ? 'chat' : 'raw';
    throw usageError(
      about`${cellId(asked)} cannot be asked ${prompt.mode}: ${problem}; use ${{ name: 'prompt' }} ${other}`,
    );
  }
  return {
    id: cellId(asked),
    model,
    decode: engine.sharesDraws === true ? withSharedDraws(decode) : decode,
    prompt,
    stop: stopRuleFor(prompt, suite),
    maxTokens: options.maxTokens ?? prompts[prompt.mode].maxTokens,
    // Only what draws depends on it: another seed leaves the other cells' completions as they are.
    seed: modeOf(decode.mode).draws ? options.seed : 0,
    parallel: options.parallel,
    engine: engine.identityOf(choice),
    ...plannedSettingsSchema.parse(choice),
    ...notRunOf(engine),
  };
}

/** The measures that the engine cannot take. */
function notRunOf(engine: CellEngine): Pick<CellPlan, 'notRun'> {
  const reasons = MEASURES.flatMap(({ name, needs }) => {
    const reason = missingCapability(engine, needs);
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return reasons.length === 0 ? {} : { notRun: Object.fromEntries(reasons) };
}

/** As `qwen2.5-coder-0.5b:q8_0/greedy`, with what tells several settings apart behind it. */
function cellId({ model, decode, choice }: Omit<Asked, 'engine'>): string {
  return `${model.base}:${model.quantization}/${decode.mode}${choice.id}`;
}

function refuseTwins(cells: readonly CellPlan[]): void {
  const seen = new Set<string>();
  for (const { id } of cells) {
    if (seen.has(id)) {
      throw usageError(
        about`${modelOptions.model} or ${decodeOptions.decode} names ${id} twice; name each cell once`,
      );
    }
    seen.add(id);
  }
}

/** All that decides verdicts beside the completions and the tests. */
export function gradingOf(grader: GraderIdentity, { extraction }: SuiteRules): Grading {
  const { name, version, level, runtime, identity, limits } = grader;
  return {
    grader: { name, version, level, runtime, identity },
    extraction: extraction.version,
    limits: { ...limits },
  };
}
