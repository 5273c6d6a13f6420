import type { BenchCell, BenchPlan, BenchWork } from '../../records/bench.ts';
import type { SettingsChoice } from '../../engines/engine.ts';
import { usageError } from '../../records/error.ts';
import { sha256Json } from '../../records/hash.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { EngineIdentity } from '../../records/plan.ts';

/** Settings, and the software that computes with them. */
export interface BenchChoice extends SettingsChoice {
  readonly engine: EngineIdentity;
}

/** The axes of a grid and what holds for all of it. */
export interface BenchPlanOptions {
  readonly models: readonly ModelRecord[];
  readonly batch: readonly number[];
  /** Tokens of each prompt. */
  readonly ctxSize: readonly number[];
  /** Every combination of the engine's settings for a model, the innermost axis last, each with what computes it. */
  readonly settingsFor: (model: ModelRecord) => readonly BenchChoice[];
  readonly newTokens: number;
  /** Given, of served models: requests in place of minibatches, so many at once. */
  readonly load?: { readonly parallel: readonly number[]; readonly requests: number } | undefined;
  /** Given: one completion of so many tokens to `taskId`'s prompt, in place of minibatches. */
  readonly answer: { readonly taskId: string; readonly newTokens: number } | undefined;
  readonly common: Omit<BenchPlan, 'version' | 'cells'>;
}

/**
 * Makes the grid. The engine's innermost axis is the grid's too, so that two cells of a ratio run one
 * after the other and share what the machine does meanwhile. Combinations that cannot be stay in the
 * grid with the reason; a grid of nothing else is a usage error.
 */
export function makeBenchPlan(options: BenchPlanOptions): BenchPlan {
  const cells = options.models.flatMap((model) =>
    groupsOf(options.settingsFor(model)).flatMap((group) =>
      works(options).flatMap((work) =>
        group.map((choice) => makeCell({ model, work, choice, common: options.common }, group)),
      ),
    ),
  );
  const ids = cells.map(({ id }) => id);
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin !== undefined) {
    throw usageError(`the grid names ${twin} twice; give each value of an option once`);
  }
  const [problem] = cells.map(({ impossible }) => impossible);
  if (problem !== undefined && cells.every(({ impossible }) => impossible !== undefined)) {
    throw usageError(problem);
  }
  return { version: 1, cells, ...options.common };
}

/** Choices that are held over one another stand side by side in the grid. */
function groupsOf(choices: readonly BenchChoice[]): BenchChoice[][] {
  const groups = Map.groupBy(choices, ({ over, settings }) =>
    sha256Json(over?.settings ?? settings),
  );
  return [...groups.values()];
}

function works({ answer, load, batch, ctxSize, newTokens }: BenchPlanOptions): BenchWork[] {
  if (load !== undefined) {
    const { parallel: counts, requests } = load;
    return counts.map((parallel) => ({ kind: 'requests', parallel, requests, newTokens }));
  }
  if (answer !== undefined) {
    return [{ kind: 'answer', ...answer }];
  }
  return batch.flatMap((count) =>
    ctxSize.map(
      (promptTokens): BenchWork => ({
        kind: 'minibatch',
        batch: count,
        promptTokens,
        newTokens,
      }),
    ),
  );
}

function shapeText(work: BenchWork): string {
  switch (work.kind) {
    case 'minibatch':
      return `batch ${work.batch}/context ${work.promptTokens}`;
    case 'requests':
      return `parallel ${work.parallel}`;
    case 'answer':
      return `${work.newTokens} tokens`;
  }
}

function makeCell(
  {
    model,
    work,
    choice,
    common,
  }: {
    readonly model: ModelRecord;
    readonly work: BenchWork;
    readonly choice: BenchChoice;
    readonly common: Pick<BenchPlan, 'engine'>;
  },
  group: readonly BenchChoice[],
): BenchCell {
  const { settings, settingsText, impossible, over } = choice;
  const shape = shapeText(work);
  const name = `${model.base}:${model.quantization}/${shape}`;
  const plain = group.find(
    (other) => sha256Json(other.settings) === sha256Json(over?.settings ?? null),
  );
  return {
    id: `${name}${choice.id}`,
    model,
    work,
    settings,
    settingsText,
    ...(sha256Json(choice.engine) === sha256Json(common.engine) ? {} : { engine: choice.engine }),
    ...(over === undefined || plain === undefined
      ? {}
      : { over: { cell: `${name}${plain.id}`, what: over.what } }),
    ...(impossible === undefined ? {} : { impossible }),
  };
}
