import { about } from '../../options/message.ts';
import { taskOptions } from '../../suites/options.ts';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { HumanevalOptions } from './options.ts';
import { missingCapability } from '../../engines/capabilities.ts';
import { measureParts } from '../../measures/index.ts';
import { type CellEngine, makePlan } from '../../harness/plan.ts';
import { modeOf } from '../../modes/index.ts';
import { DEFAULT_SEED } from '../../modes/options.ts';
import { usageError } from '../../records/error.ts';
import { linesText } from '../../records/file-text.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { NotRunRow, Plan, TaskSample } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { GraderIdentity } from '../../sandbox/grader.ts';
import type { TaskSet } from '../../suites/load.ts';
import { type PlannedEngine, settingsOf } from '../engines.ts';
import type { Host } from '../host.ts';

/** What a plan is made from, beside the options. */
export interface PlanParts {
  /** Each with the model that drafts for it, where one does. */
  readonly models: readonly {
    readonly record: ModelRecord;
    readonly draft: ModelRecord | undefined;
    readonly engine: PlannedEngine;
  }[];
  readonly tasks: readonly Task[];
  readonly set: TaskSet;
  readonly sample?: TaskSample | undefined;
  readonly sandbox: GraderIdentity | undefined;
  /** Models that this machine cannot run. */
  readonly notRun: readonly NotRunRow[];
}

/** The plan of `evalkit humaneval`: what its options come to for models that are known. */
export async function planHumaneval(
  options: HumanevalOptions,
  parts: PlanParts,
  host: Host,
): Promise<Plan> {
  const { models, ...rest } = parts;
  const instruction = await readInstruction(options, host);
  const undrafted = undraftedRows(models, options);
  return makePlan({
    ...rest,
    models: models.map(({ record }) => record),
    decodesFor: (record) => {
      const draft = models.find((model) => model.record === record)?.draft;
      return options.decode
        .filter((mode) => draft !== undefined || !modeOf(mode).hasDraftModel)
        .map((mode) => modeOf(mode).make(options, draft));
    },
    prompt: { mode: options.prompt, instruction, system: options.system },
    maxTokens: options.maxTokens,
    seed: options.seed ?? DEFAULT_SEED,
    parallel: options.parallel,
    engineFor: (record) =>
      cellEngine(
        models.find((model) => model.record === record),
        options,
      ),
    parts: measureParts(
      options,
      parts.tasks.map(({ taskId }) => taskId),
    ),
    notRun: [...options.notRun, ...parts.notRun, ...undrafted],
  });
}

/**
 * The cells that have no draft model, since their engine takes none. Throws a usage error where there
 * is no other cell.
 */
function undraftedRows(models: PlanParts['models'], { decode }: HumanevalOptions): NotRunRow[] {
  const rows = models
    .filter(({ draft }) => draft === undefined)
    .flatMap(({ record, engine }) =>
      decode
        .filter((mode) => modeOf(mode).hasDraftModel)
        .map((mode) => ({
          id: `${record.base}:${record.quantization}/${mode}`,
          reason: missingCapability(engine, modeOf(mode).needs) ?? 'it has no draft',
        })),
    );
  const [first] = rows;
  if (first !== undefined && rows.length === models.length * decode.length) {
    throw usageError(about`${first.id}: ${first.reason}; choose another ${{ name: 'decode' }}`);
  }
  return rows;
}

/** The engine of a model with the settings that options name for it. */
function cellEngine(
  model: PlanParts['models'][number] | undefined,
  options: HumanevalOptions,
): CellEngine {
  if (model === undefined) {
    throw new Error('a model that is not of the plan');
  }
  const { engine, record } = model;
  return {
    name: engine.name,
    capabilities: engine.capabilities,
    ...(engine.sharesDraws === undefined ? {} : { sharesDraws: engine.sharesDraws }),
    lacks: engine.lacks,
    notAsked: engine.notAsked,
    identityOf: engine.identityOf,
    settings: settingsOf(engine, 'completions', { options, variant: record.variant }),
  };
}

/** The user's own wording; `undefined`: none. Throws a usage error for a file that cannot be read. */
export async function readInstruction(
  { instruction }: HumanevalOptions,
  host: Host,
): Promise<string | undefined> {
  if (instruction === undefined) {
    return undefined;
  }
  try {
    return linesText(await readFile(resolve(host.cwd, instruction)));
  } catch (error) {
    throw usageError(
      about`${taskOptions.instruction} ${instruction} cannot be read; name a text file`,
      error,
    );
  }
}
