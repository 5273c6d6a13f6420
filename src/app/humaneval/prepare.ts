import { resolve } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import { withNoiseFloor } from '../../harness/noise-floor.ts';
import { prepareMeasures } from '../../measures/index.ts';
import type { PreparedMeasure, StopRule } from '../../measures/measure.ts';
import type { ModelItem } from '../../models/item.ts';
import { DEFAULT_SEED } from '../../modes/options.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { planHash } from '../../records/keys.ts';
import type { Plan } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { SuiteRules } from '../../suites/suite.ts';
import { plannedEngine, enginesByName, type OpenedEngine, openEngines } from '../engines.ts';
import type { Host } from '../host.ts';
import { chooseModels, noteModels } from '../models/choose.ts';
import type { ModelAtHand } from '../models/look-at-model.ts';
import { defaultFolder } from '../folders.ts';
import { openSandbox } from '../sandbox.ts';
import { chooseSuite, chooseTasks } from '../suite.ts';
import { refuseForeignDrafts } from './check-drafts.ts';
import { checkInputs } from './check-inputs.ts';
import { chooseDrafts } from './drafts.ts';
import { prepareGate } from './gate-run.ts';
import type { HumanevalOptions } from './options.ts';
import { noteUnusedTemplates } from './note-templates.ts';
import { type PlanParts, planHumaneval } from './plan.ts';

/** How what a run needs is got: all that a dry run does otherwise. */
export interface Getting {
  /** Gets models, or looks whether they are present. */
  readonly models: (
    items: readonly ModelItem[],
    opened: ReadonlyMap<string, OpenedEngine>,
  ) => Promise<readonly ModelAtHand[]>;
  /** True: nothing is fetched. */
  readonly isDry: boolean;
}

/** A run before its first token: all that options come to, checked. */
export interface PreparedRun extends AsyncDisposable {
  readonly plan: Plan;
  readonly suite: SuiteRules;
  readonly tasks: readonly Task[];
  /** By name: those that the plan's models need. */
  readonly engines: ReadonlyMap<string, Engine>;
  readonly sandbox: Grader;
  /** Where the model files lie, by their sha256. */
  readonly modelPaths: ReadonlyMap<string, string>;
  /** Why a model is missing, by the sha256 that stands for it in the plan; empty but in a dry run. */
  readonly missing: ReadonlyMap<string, string>;
  readonly stopRule: StopRule | undefined;
  readonly measures: readonly PreparedMeasure[];
  /** `undefined` where it depends on a missing model. */
  readonly folder: string | undefined;
}

/**
 * Prepares a run of `evalkit humaneval`, or its dry run: both come to the same plan and the same
 * refusals. Throws an `EvalkitError` for what cannot be run, before any token is spent.
 */
export async function prepareRun(
  options: HumanevalOptions,
  host: Host,
  getting: Getting,
): Promise<PreparedRun> {
  const items = chooseModels(options, host);
  const draftItems = chooseDrafts(items, options, host);
  await checkInputs(options, items, host);
  const opened = await openEngines(items, options, host);
  await using stack = new AsyncDisposableStack();
  const suite = await chooseSuite(options, host);
  const sandbox = stack.use(await openSandbox(suite.rules, options, host));
  const selection = { ...options, seed: options.seed ?? DEFAULT_SEED };
  const { set, tasks, sample } = await chooseTasks(suite, selection, sandbox);
  noteModels(options, host);
  const found = await getting.models(distinct([...items, ...draftItems]), opened);
  const { models, modelPaths, missing } = pairUp(items, draftItems, { found, opened });
  await refuseForeignDrafts(models, modelPaths);
  await noteUnusedTemplates(models, { modelPaths, prompt: options.prompt, host });
  const asked = await planHumaneval(
    options,
    {
      models,
      tasks,
      set,
      sample,
      sandbox: sandbox.identity,
    },
    host,
  );
  const plan = options.noiseFloor ? withNoiseFloor(asked, referenceCell(asked.cells)) : asked;
  const isKnown = missing.size === 0;
  const stopRule = prepareGate(options, plan, { cwd: host.cwd, isKnown });
  const { isDry } = getting;
  const measures = await prepareMeasures({ options, plan, tasks, host, isDry });
  const folder = options.out ?? (isKnown ? folderOf(plan) : undefined);
  const held = stack.move();
  return {
    plan,
    suite: suite.rules,
    tasks,
    engines: enginesByName(opened),
    sandbox,
    modelPaths,
    missing,
    stopRule,
    measures,
    folder: folder === undefined ? undefined : resolve(host.cwd, folder),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Each item once: a draft may serve several models. */
function distinct(items: readonly (ModelItem | undefined)[]): ModelItem[] {
  return [...new Set(items)].filter((item) => item !== undefined);
}

/** Each model with its draft, and what is known of their files. */
function pairUp(
  items: readonly ModelItem[],
  draftItems: readonly (ModelItem | undefined)[],
  {
    found,
    opened,
  }: {
    readonly found: readonly ModelAtHand[];
    readonly opened: ReadonlyMap<string, OpenedEngine>;
  },
): Pick<PreparedRun, 'modelPaths' | 'missing'> & Pick<PlanParts, 'models'> {
  const all = distinct([...items, ...draftItems]);
  const modelOf = (item: ModelItem): ModelAtHand => {
    const model = found[all.indexOf(item)];
    if (model === undefined) {
      throw new Error('a model that was not looked for');
    }
    return model;
  };
  return {
    models: items.map((item, index) => {
      const draft = draftItems[index];
      const model = modelOf(item);
      const served = model.path === undefined ? undefined : model.served;
      return {
        record: model.record,
        draft: draft && modelOf(draft).record,
        engine: plannedEngine(item, opened, served),
      };
    }),
    modelPaths: new Map(
      found.flatMap((model) => (model.path === undefined ? [] : [[sha256Of(model), model.path]])),
    ),
    missing: new Map(
      found.flatMap((model) => (model.path === undefined ? [[sha256Of(model), model.reason]] : [])),
    ),
  };
}

function sha256Of({ record }: ModelAtHand): string {
  return record.weights.sha256;
}

/** Where a run of this plan lies unless the user says. */
function folderOf(plan: Plan): string {
  const of = plan.cells.map(({ model }) => model.base);
  return defaultFolder({ of, planHash: planHash(plan) });
}
