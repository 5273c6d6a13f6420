import { sum } from 'simple-statistics';
import { modeOfCell } from '../../modes/index.ts';
import type { Completion } from '../../records/completion.ts';
import { sha256Json } from '../../records/hash.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { tpotSpeedup } from '../latency/columns.ts';
import type { RunRecords } from '../../store/run-store.ts';

/** The cell whose completions another is meant to give, or why there is none. */
type Twin = { readonly cell: CellPlan } | { readonly notRun: string };

/** What the report of a cell says that drafts, or is meant to give another mode's completions. */
export function draftingOf(
  cell: CellPlan,
  records: RunRecords,
): Pick<CellReport, 'draft' | 'agreement'> {
  const { needs, equals } = modeOfCell(cell);
  const twin = records.header.plan.cells.find(
    (other) => other.decode.mode === equals && siblingKey(other) === siblingKey(cell),
  );
  const orWhyNot =
    twin === undefined
      ? { notRun: `the run has no ${equals} cell of the same model and caches` }
      : { cell: twin };
  return {
    ...(needs.includes('drafts') ? { draft: draftReport(cell, orWhyNot, records) } : {}),
    ...(equals === undefined ? {} : { agreement: agreementOf(cell, orWhyNot, records) }),
  };
}

function draftReport(cell: CellPlan, twin: Twin, records: RunRecords): CellReport['draft'] {
  const { completions, sessions } = records;
  const drafting = completions.flatMap((completion) =>
    completion.cell === cell.id && completion.draft !== undefined
      ? [{ ...completion.draft, tokens: completion.tokens?.length ?? 0 }]
      : [],
  );
  if (drafting.length === 0) {
    return { notRun: 'no completion with drafts is present' };
  }
  const total = (pick: (each: (typeof drafting)[number]) => number): number =>
    sum(drafting.map(pick));
  const drafted = total((each) => each.drafted);
  const accepted = total((each) => each.accepted);
  const passes = total((each) => each.passes);
  const loads = sessions.flatMap(({ cell: id, draft }) =>
    id === cell.id && draft !== undefined
      ? [Math.max(0, draft.rssAfterBytes - draft.rssBeforeBytes)]
      : [],
  );
  return {
    n: drafting.length,
    drafted,
    accepted,
    acceptanceRate: drafted === 0 ? null : accepted / drafted,
    tokensPerPass: passes === 0 ? 0 : total((each) => each.tokens) / passes,
    // What any of the sessions needed.
    ...(loads.length === 0 ? {} : { rssBytes: Math.max(...loads) }),
    tpotOverGreedy: 'notRun' in twin ? twin : tpotSpeedup(cell, twin.cell, records),
  };
}

function agreementOf(cell: CellPlan, twin: Twin, records: RunRecords): CellReport['agreement'] {
  if ('notRun' in twin) {
    return twin;
  }
  const theirs = tokensByTask(twin.cell, records.completions);
  const ours = [...tokensByTask(cell, records.completions)].filter(([taskId]) =>
    theirs.has(taskId),
  );
  if (ours.length === 0) {
    return { notRun: `no task has a completion both of this cell and of ${twin.cell.id}` };
  }
  const differing = ours.flatMap(([taskId, tokens]) => {
    const token = firstDifference(tokens, theirs.get(taskId) ?? []);
    return token === undefined ? [] : [{ taskId, token }];
  });
  return { reference: twin.cell.id, n: ours.length, differing };
}

/** All that decides a completion but the way of choosing tokens. */
function siblingKey({ model, prompt, stop, maxTokens, parallel, settings }: CellPlan): string {
  return sha256Json([model.weights.sha256, prompt, stop, maxTokens, parallel, settings]);
}

function tokensByTask(
  cell: CellPlan,
  completions: readonly Completion[],
): Map<string, readonly number[]> {
  return new Map(
    completions.flatMap((completion) =>
      completion.cell === cell.id && completion.tokens !== undefined
        ? [[completion.taskId, completion.tokens] as const]
        : [],
    ),
  );
}

function firstDifference(one: readonly number[], other: readonly number[]): number | undefined {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    if (one[index] !== other[index]) {
      return index;
    }
  }
  return undefined;
}
