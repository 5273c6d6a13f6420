import { missingCapability } from '../../engines/capabilities.ts';
import { withReplay } from '../../harness/replay.ts';
import { modeOfCell } from '../../modes/index.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import type { CellPlan, Plan } from '../../records/plan.ts';
import { type HumanevalOptions, humanevalOptions } from './options.ts';
import type { PlanParts } from './plan.ts';

const { replay: option } = humanevalOptions.options;

export interface ReplayParts extends Pick<PlanParts, 'models'> {
  readonly options: Pick<HumanevalOptions, 'gate' | 'replay'>;
}

/**
 * So many completions at once leave room in a pass over the weights. With 16 a token costs as much in a pass of
 * many as in one of its own, and whole runs took no less time (docs/benchmarks.md).
 */
const FEW_AT_ONCE = 4;

/**
 * The plan with what its cells read along with: `auto` is the cell that the others are compared with, for those
 * that it is likely to make faster. Throws a usage error for a name that no cell has, and for a cell that nothing
 * can be read from.
 */
export function planReplay(plan: Plan, parts: ReplayParts): Plan {
  const { gate, replay = gate ? 'auto' : 'off' } = parts.options;
  if (replay === 'off' || (replay === 'auto' && plan.cells.length === 1)) {
    return plan;
  }
  const reference = replay === 'auto' ? referenceCell(plan.cells) : cellNamed(plan, replay);
  if (modeOfCell(reference).isReplayable === undefined) {
    if (replay === 'auto') {
      return plan;
    }
    throw usageError(
      about`${option} ${replay}: ${reference.id} does not always take the likeliest token; name a cell that does, or use auto`,
    );
  }
  const reasons = new Map<string, string>();
  for (const cell of plan.cells) {
    const reason =
      (replay === 'auto' ? whyNotWorth(cell, reference) : undefined) ?? whyNot(cell, parts);
    if (reason !== undefined) {
      reasons.set(cell.id, reason);
    }
  }
  const replayed = withReplay(plan, reference, ({ id }) => reasons.get(id));
  // Nobody has asked for it: reasons of everything would say nothing.
  return replay === 'auto' && replayed.cells.every((cell) => cell.replay === undefined)
    ? plan
    : replayed;
}

/** By its id, or by its model where that has one cell. */
function cellNamed({ cells }: Plan, name: string): CellPlan {
  const found = cells.filter(
    ({ id, model }) => id === name || `${model.base}:${model.quantization}` === name,
  );
  const [only, other] = found;
  if (only === undefined || other !== undefined) {
    const what = only === undefined ? 'no cell of this run is called so' : 'several cells are it';
    throw usageError(
      about`${option} ${name}: ${what}; name one of ${cells.map(({ id }) => id).join(', ')}, or use auto or off`,
    );
  }
  return only;
}

/** Why reading along is not likely to be faster; `undefined`: it is. */
function whyNotWorth({ model, parallel }: CellPlan, reference: CellPlan): string | undefined {
  if (parallel > FEW_AT_ONCE) {
    return `${parallel} at once, where reading along is no faster`;
  }
  return model.base === reference.model.base ? undefined : `${reference.id} is another model`;
}

/** What keeps a cell from reading along; `undefined`: nothing. */
function whyNot({ model }: CellPlan, { models }: Pick<ReplayParts, 'models'>): string | undefined {
  const { sha256 } = model.weights;
  const engine = models.find(({ record }) => record.weights.sha256 === sha256)?.engine;
  return engine && missingCapability(engine, ['replay']);
}
