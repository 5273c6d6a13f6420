import { resolve } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import { withNoiseFloor } from '../../harness/noise-floor.ts';
import type { ModelItem } from '../../models/item.ts';
import { modeOf } from '../../modes/index.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { sha256Json } from '../../records/hash.ts';
import { planHash } from '../../records/keys.ts';
import type { Shard } from '../../records/shard.ts';
import type { Plan } from '../../records/plan.ts';
import {
  enginesByName,
  fitItems,
  type OpenedEngine,
  openEngines,
  plannedEngine,
} from '../engines.ts';
import type { Host } from '../host.ts';
import { chooseModels, noteModels } from '../models/choose.ts';
import type { ModelAtHand } from '../models/look-at-model.ts';
import { type ModelLimits, modelLimits } from '../models/model-limits.ts';
import { defaultFolder } from '../folders.ts';
import { chooseShard } from '../shard.ts';
import { chooseSuites } from '../suite.ts';
import { refuseForeignDrafts } from './check-drafts.ts';
import { checkInputs } from './check-inputs.ts';
import { chooseDrafts } from './drafts.ts';
import { withFoundCells } from './found-cells.ts';
import { prepareGates } from './gate-run.ts';
import type { HumanevalOptions } from './options.ts';
import { noteUnusedTemplates } from './note-templates.ts';
import { planReplay } from './replay.ts';
import { type PlanParts, planHumaneval } from './plan.ts';
import { refuseForeignOptions } from '../../sandbox/index.ts';
import {
  askSuites,
  folderOfSuite,
  ownOptions,
  type PreparedRun,
  prepareRun,
} from './prepare-suite.ts';

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

/** A command's runs before its first token: all that options come to, checked. */
export interface PreparedRuns extends AsyncDisposable {
  /** A run each suite, in the order in which they were named. */
  readonly runs: readonly PreparedRun[];
  /** What holds the runs where there are several, else the one run's; `undefined` as there. */
  readonly folder: string | undefined;
  /** By name: those that the plans' models need. */
  readonly engines: ReadonlyMap<string, Engine>;
  /** Where the model files lie, by their sha256. */
  readonly modelPaths: ReadonlyMap<string, string>;
  /** Why a model is missing, by the sha256 that stands for it in the plans; empty but in a dry run. */
  readonly missing: ReadonlyMap<string, string>;
}

/**
 * Prepares the runs of `evalkit humaneval`, or their dry run: both come to the same plans and the same
 * refusals. Throws an `EvalkitError` for what cannot be run, before any token is spent.
 */
export async function prepareRuns(
  options: HumanevalOptions,
  host: Host,
  getting: Getting,
): Promise<PreparedRuns> {
  const shard = chooseShard(options.shard, host.env);
  const { items, notRun } = await fitItems(chooseModels(options, host), options, host);
  const draftItems = chooseDrafts(items, options, host);
  const chosen = await chooseSuites(options, host);
  const names = chosen.map(({ rules }) => rules.name);
  refuseForeignOptions(
    chosen.map(({ rules }) => rules.language),
    options,
  );
  await checkInputs(options, { items, suites: names }, host);
  const opened = await openEngines(items, options, host);
  await using stack = new AsyncDisposableStack();
  const suites = await askSuites(chosen, { options, host, stack });
  noteModels(options, host);
  const found = await getting.models(distinct([...items, ...draftItems]), opened);
  const limits = await limitsOfAll(found, { opened, options, host });
  const { models, modelPaths, missing } = pairUp(items, draftItems, { found, opened, limits });
  await refuseForeignDrafts(models, modelPaths, limits);
  noteUnusedTemplates(models, { modelPaths, limits, prompt: options.prompt, host });
  const plans: Plan[] = [];
  for (const { sandbox, ...asked } of suites) {
    const own = ownOptions(options, plans.length);
    const parts = { ...asked, models, sandbox: sandbox?.identity, notRun };
    const wanted = await planHumaneval(own, parts, host);
    const complete =
      options.only === 'judge' && options.out !== undefined
        ? withFoundCells(
            wanted,
            folderOfSuite(resolve(host.cwd, options.out), wanted, suites.length),
            missing,
          )
        : wanted;
    const plan = planReplay(complete, { options, models });
    plans.push(options.noiseFloor ? withNoiseFloor(plan, referenceCell(plan.cells)) : plan);
  }
  const isKnown = missing.size === 0;
  const stopRules = prepareGates(options, plans, { cwd: host.cwd, isKnown });
  const folder = options.out ?? (isKnown ? folderOf(plans, shard) : undefined);
  const path = folder === undefined ? undefined : resolve(host.cwd, folder);
  const runs: PreparedRun[] = [];
  for (const [index, asked] of suites.entries()) {
    const planned = { asked, plans, index, stopRule: stopRules[index], folder: path, shard };
    const { isDry } = getting;
    runs.push(await prepareRun(planned, runs, { options, host, isDry }));
  }
  const held = stack.move();
  return {
    runs,
    folder: path,
    engines: enginesByName(opened),
    modelPaths,
    missing,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Each item once: a draft may serve several models. */
function distinct(items: readonly (ModelItem | undefined)[]): ModelItem[] {
  return [...new Set(items)].filter((item) => item !== undefined);
}

/** What each model that is present makes impossible, by its weights' sha256. */
async function limitsOfAll(
  found: readonly ModelAtHand[],
  from: {
    readonly opened: ReadonlyMap<string, OpenedEngine>;
    readonly options: HumanevalOptions;
    readonly host: Host;
  },
): Promise<Map<string, ModelLimits>> {
  const { opened, options, host } = from;
  const drafts = options.decode.some((mode) => modeOf(mode).needs.includes('drafts'));
  const [folders] = [...opened.values()].flatMap(({ engine }) => engine.folders ?? []);
  const limits = new Map<string, ModelLimits>();
  for (const model of found) {
    if (model.path !== undefined && model.served === undefined) {
      const asked = { folders: drafts ? folders : undefined, signal: host.signal };
      limits.set(sha256Of(model), await modelLimits(model.path, asked));
    }
  }
  return limits;
}

/** Each model with its draft, and what is known of their files. */
function pairUp(
  items: readonly ModelItem[],
  draftItems: readonly (ModelItem | undefined)[],
  {
    found,
    opened,
    limits,
  }: {
    readonly found: readonly ModelAtHand[];
    readonly limits: ReadonlyMap<string, ModelLimits>;
    readonly opened: ReadonlyMap<string, OpenedEngine>;
  },
): Pick<PreparedRuns, 'modelPaths' | 'missing'> & Pick<PlanParts, 'models'> {
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
        engine: plannedEngine(item, opened, { served, limits: limits.get(sha256Of(model)) }),
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

/** Where runs of these plans lie unless the user says. */
function folderOf(plans: readonly Plan[], shard: Shard | undefined): string {
  const of = plans.flatMap(({ cells }) => cells.map(({ model }) => model.base));
  const hashes = plans.map(planHash);
  const [only, ...others] = hashes;
  return others.length === 0 && only !== undefined
    ? defaultFolder({ of, planHash: only, shard })
    : defaultFolder({ prefix: 'suites-', of, planHash: sha256Json(hashes), shard });
}
