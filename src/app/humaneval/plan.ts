import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { HumanevalOptions } from './options.ts';
import { settingsProblem } from '../../engines/llama-cpp/settings.ts';
import { measureParts } from '../../measures/index.ts';
import { makePlan } from '../../harness/plan.ts';
import { modeOf } from '../../modes/index.ts';
import { usageError } from '../../records/error.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { EngineIdentity, EngineSettings, Plan } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { GraderIdentity } from '../../sandbox/grader.ts';
import type { Host } from '../host.ts';

/** What a plan is made from, beside the options. */
export interface PlanParts {
  /** Each with the model that drafts for it, where one does. */
  readonly models: readonly {
    readonly record: ModelRecord;
    readonly draft: ModelRecord | undefined;
  }[];
  readonly tasks: readonly Task[];
  readonly totalTasks: number;
  readonly engine: EngineIdentity;
  readonly sandbox: GraderIdentity;
}

/** The plan of `evalkit humaneval`: what its options come to for models that are known. */
export async function planHumaneval(
  options: HumanevalOptions,
  parts: PlanParts,
  host: Host,
): Promise<Plan> {
  const { models, ...rest } = parts;
  const instruction = await readInstruction(options, host);
  return makePlan({
    ...rest,
    models: models.map(({ record }) => record),
    decodesFor: (record) => {
      const draft = models.find((model) => model.record === record)?.draft;
      return options.decode.map((mode) => modeOf(mode).make(options, draft));
    },
    prompt: { mode: options.prompt, instruction, system: options.system },
    maxTokens: options.maxTokens,
    seed: options.seed ?? 0,
    settings: settingsOf(options),
    parts: measureParts(
      options,
      parts.tasks.map(({ taskId }) => taskId),
    ),
    notRun: options.notRun,
  });
}

/** Throws a usage error for settings among the options' that no context can have, before anything is fetched. */
export function refuseImpossible(options: HumanevalOptions): void {
  const problem = settingsOf(options)
    .map(settingsProblem)
    .find((words) => words !== undefined);
  if (problem !== undefined) {
    throw usageError(problem);
  }
}

/** Settings for each combination of cache types. */
function settingsOf(options: HumanevalOptions): EngineSettings[] {
  return options.cacheTypeK.flatMap((cacheTypeK) =>
    options.cacheTypeV.map((cacheTypeV) => ({
      parallel: options.parallel,
      contextSize: options.ctxSize ?? 'auto',
      batchSize: options.batchSize,
      flash: options.flash,
      cacheTypeK,
      cacheTypeV,
      gpuLayers: options.gpuLayers,
    })),
  );
}

async function readInstruction(
  { instruction }: HumanevalOptions,
  host: Host,
): Promise<string | undefined> {
  if (instruction === undefined) {
    return undefined;
  }
  try {
    return await readFile(resolve(host.cwd, instruction), 'utf8');
  } catch (error) {
    throw usageError(`--instruction ${instruction} cannot be read; name a text file`, error);
  }
}
