import prettyMs from 'pretty-ms';
import { sum } from 'simple-statistics';
import type { DryRun } from '../../records/dry-run.ts';
import type { SuitesDryRun } from '../../records/suites.ts';
import { renditionOfDryRun } from '../humaneval/dry-run.ts';
import type { Rendition } from '../rendition.ts';
import { renditionOfSuites } from './rendition.ts';

/** What `evalkit humaneval --dry-run` prints, of one suite or of several. */
export function renditionOfDryRuns(runs: readonly DryRun[]): Rendition {
  const [first, ...others] = runs;
  if (first !== undefined && others.length === 0) {
    return renditionOfDryRun(first);
  }
  const data: SuitesDryRun = {
    version: 1,
    kind: 'suites',
    suites: Object.fromEntries(runs.map((run) => [run.dataset.suite.name, run])),
  };
  return renditionOfSuites(data, {
    title:
      'dry run of several suites; what an earlier suite asks in the same words counts as present; nothing was fetched or kept',
    table: [
      ['suite', 'tasks', 'completions missing', 'present', 'new tokens, at most', 'time'],
      ...runs.map(rowOf),
    ],
    parts: runs.map((run) => ({
      suite: run.dataset.suite.name,
      rendition: renditionOfDryRun(run),
    })),
  });
}

/** A suite's cells added up. */
function rowOf({ dataset, cells }: DryRun): string[] {
  const completions = cells.flatMap(({ units }) => units['completions'] ?? []);
  const estimates = cells.map(({ estimateMs }) => estimateMs);
  return [
    dataset.suite.name,
    `${dataset.tasks} of ${dataset.total}`,
    String(sum(completions.map(({ asked, present }) => asked - present))),
    String(sum(completions.map(({ present }) => present))),
    String(sum(cells.map(({ newTokensAtMost }) => newTokensAtMost))),
    estimates.includes(null)
      ? 'unknown'
      : prettyMs(sum(estimates.map((ms) => ms ?? 0)), { secondsDecimalDigits: 0 }),
  ];
}
