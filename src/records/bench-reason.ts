import type { BenchOutcome } from './bench.ts';

/** A cell's end without figures. */
type Missed = Exclude<BenchOutcome, { kind: 'measured' }>;

/** Why a cell has no figures, in words. */
export function missedReason(outcome: Missed): string {
  switch (outcome.kind) {
    case 'oom':
      return `OOM: ${outcome.detail}`;
    case 'refused':
      return outcome.detail;
    case 'skipped':
      return `estimated at ${seconds(outcome.estimateMs)}, over --cell-timeout`;
    case 'timeout':
      return `given up after ${seconds(outcome.afterMs)}, over --cell-timeout`;
    case 'failed':
      return `failed: ${outcome.detail}`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(0)} s`;
}
