import { figureOf } from '../../metrics/figure.ts';
import { unpairedRatio } from '../../metrics/unpaired-ratio.ts';
import { missedReason } from '../../records/bench-reason.ts';
import type {
  BenchCell,
  BenchCellReport,
  BenchHeader,
  BenchOutcome,
  BenchReport,
  BenchResult,
} from '../../records/bench.ts';
import { type CellWarning, foldWarnings } from '../words/cell-warnings.ts';
import { differingThreads } from '../words/warnings.ts';

/** From this spread on, standard deviation over mean, a figure says little. */
const LARGE_SPREAD = 0.1;

/** Why two cells have no ratio with an interval. */
export const ONE_MINIBATCH = 'needs two timed minibatches of each: evalkit bench --repeats 2';

/** Sums a grid's records up: the one summary that every format renders. */
export function summarizeBench(header: BenchHeader, results: readonly BenchResult[]): BenchReport {
  const { plan } = header;
  const outcomes = new Map(results.map(({ cell, outcome }) => [cell, outcome]));
  const cells = plan.cells.map((cell) => summarizeCell(cell, outcomes.get(cell.id)));
  return {
    version: 1,
    status: plan.cells.every((cell) => isDone(cell, outcomes.get(cell.id)))
      ? 'complete'
      : 'incomplete',
    planHash: header.planHash,
    startedAt: header.startedAt,
    engine: plan.engine,
    evalkit: header.evalkit,
    machine: header.fingerprint,
    ...(header.command === undefined ? {} : { command: header.command }),
    warmup: plan.warmup,
    repeats: plan.repeats,
    cells,
    speedups: speedups(plan.cells, outcomes),
    notRun: plan.notRun,
    warnings: warningsOf(header, cells),
  };
}

function isDone({ impossible }: BenchCell, outcome: BenchOutcome | undefined): boolean {
  return impossible !== undefined || (outcome !== undefined && outcome.kind !== 'failed');
}

function summarizeCell(cell: BenchCell, outcome: BenchOutcome | undefined): BenchCellReport {
  const base = {
    id: cell.id,
    model: cell.model.base,
    quantization: cell.model.quantization,
    work: cell.work,
    settings: cell.settings,
    settingsText: cell.settingsText,
    ...(cell.engine === undefined ? {} : { engine: cell.engine }),
    ...(outcome === undefined ? {} : { outcome }),
  };
  if (outcome?.kind !== 'measured') {
    const reason = outcome === undefined ? 'not reached' : missedReason(outcome);
    const notRun = { notRun: cell.impossible ?? reason };
    return {
      ...base,
      seconds: notRun,
      prefillTokensPerSecond: notRun,
      decodeTokensPerSecond: notRun,
      loadMs: notRun,
      peakRssBytes: notRun,
    };
  }
  const { minibatches, promptTokens, loadMs, peakRssBytes } = outcome;
  if (cell.work.kind === 'requests') {
    const rates = (field: 'requests' | 'newTokens') =>
      figureOf(
        minibatches.map(({ decodeMs, round }) => ((round?.[field] ?? 0) * 1_000) / decodeMs),
      );
    const untold = { notRun: 'a server does not tell' };
    return {
      ...base,
      seconds: figureOf(secondsOf(outcome)),
      prefillTokensPerSecond: untold,
      decodeTokensPerSecond: rates('newTokens'),
      requestsPerSecond: rates('requests'),
      loadMs,
      peakRssBytes: untold,
    };
  }
  const batch = cell.work.kind === 'minibatch' ? cell.work.batch : 1;
  const decoded = batch * cell.work.newTokens;
  return {
    ...base,
    seconds: figureOf(secondsOf(outcome)),
    prefillTokensPerSecond: figureOf(
      minibatches.map(({ prefillMs }) => (batch * promptTokens * 1_000) / prefillMs),
    ),
    decodeTokensPerSecond: figureOf(
      minibatches.map(({ decodeMs }) => (decoded * 1_000) / decodeMs),
    ),
    loadMs,
    peakRssBytes: peakRssBytes ?? { notRun: 'the engine does not tell' },
  };
}

type Measured = Extract<BenchOutcome, { kind: 'measured' }>;

/** Seconds of each minibatch, prefill and decoding. */
export function secondsOf({ minibatches }: Measured): number[] {
  return minibatches.map(({ prefillMs, decodeMs }) => (prefillMs + decodeMs) / 1_000);
}

/** Every cell that is held over another one, as the plan says. */
function speedups(
  cells: readonly BenchCell[],
  outcomes: ReadonlyMap<string, BenchOutcome>,
): BenchReport['speedups'] {
  return cells.flatMap(({ id, over }) => {
    if (over === undefined) {
      return [];
    }
    const [one, other] = [outcomes.get(over.cell), outcomes.get(id)];
    const speedup =
      one?.kind === 'measured' && other?.kind === 'measured'
        ? (unpairedRatio(secondsOf(one), secondsOf(other)) ?? {
            notRun: ONE_MINIBATCH,
          })
        : { notRun: 'one of the two was not measured' };
    return [{ cell: id, over: over.cell, what: over.what, speedup }];
  });
}

function warningsOf({ plan }: BenchHeader, cells: readonly BenchCellReport[]): string[] {
  const warnings: string[] = [];
  if (plan.warmup === 0) {
    warnings.push(
      '--warmup 0: the first minibatch also reads the weights from the disk; use --warmup 1 or more',
    );
  }
  if (plan.repeats < 3) {
    warnings.push(
      `--repeats ${plan.repeats}: so few values hardly show their spread; use --repeats 4`,
    );
  }
  const threads = differingThreads(
    cells.flatMap(({ id, outcome }) =>
      outcome?.kind === 'measured' && outcome.threads !== undefined
        ? [[id, outcome.threads] as const]
        : [],
    ),
  );
  if (threads !== undefined) {
    warnings.push(`${threads}; name one count with --threads`);
  }
  warnings.push(...foldWarnings(cells.flatMap(spreadWarnings)));
  return warnings;
}

function spreadWarnings({ id, seconds: figure }: BenchCellReport): CellWarning[] {
  if ('notRun' in figure || (figure.sd ?? 0) <= LARGE_SPREAD * figure.mean) {
    return [];
  }
  const amount = `${(((figure.sd ?? 0) / figure.mean) * 100).toFixed(0)} %`;
  const remedy = 'the machine was busy, repeat on a quiet one with --fresh';
  return [
    {
      cell: id,
      alone: `the minibatches differ by ${amount} of their mean; ${remedy}`,
      together: `the minibatches differ much; ${remedy}; standard deviation over mean`,
      amount,
    },
  ];
}
