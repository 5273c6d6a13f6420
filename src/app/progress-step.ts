import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import { visibleText } from '../records/visible-text.ts';
import type { ProgressEvent, ProgressUnit, Work } from '../records/progress.ts';

/** Below this share of the units the remaining time cannot be told from their count. */
const MEANINGFUL_SHARE = 0.1;

/** A step that is under way. */
export interface Step {
  readonly name: string;
  readonly unit: ProgressUnit;
  readonly total: number | undefined;
  /** Units that were done before this step began. */
  readonly before: number;
  readonly startedAt: number;
  done: number;
  newTokens: number;
  work: Work | undefined;
  /** Pieces of the run that it does; absent: it does none, as loading a model. */
  readonly pieces: number | undefined;
  isOver: boolean;
}

/** A step that begins now, in milliseconds of a monotonic clock. */
export function startStep(event: ProgressEvent & { kind: 'step-started' }, now: number): Step {
  const before = event.done ?? 0;
  const { step, unit, total, pieces } = event;
  const name = visibleText(step);
  const none = { newTokens: 0, work: undefined, isOver: false };
  return { name, unit, total, pieces, before, startedAt: now, done: before, ...none };
}

/** Milliseconds that the rest of a step takes at its pace; `undefined` where that cannot be told yet. */
export function msLeftOf(step: Step, now: number): number | undefined {
  const work = step.work ?? workByCount(step);
  return work === undefined || work.done <= 0
    ? undefined
    : ((now - step.startedAt) / work.done) * work.left;
}

/** Whether nothing is left of it, where its length is known. */
export function isAtEnd({ done, total }: Step): boolean {
  return done === total;
}

/** As `41 of 164 tasks, 83.1 tokens/s`. */
export function countsOf(step: Step, now: number): string {
  const elapsedMs = now - step.startedAt;
  return step.newTokens > 0 && elapsedMs > 0
    ? `${countText(step)}, ${((step.newTokens / elapsedMs) * 1_000).toFixed(1)} tokens/s`
    : countText(step);
}

function workByCount({ total, done, before }: Step): Work | undefined {
  const gained = done - before;
  const left = (total ?? done) - done;
  return gained >= MEANINGFUL_SHARE * (gained + left) ? { done: gained, left } : undefined;
}

function countText({ unit, done, total }: Step): string {
  switch (unit) {
    case 'bytes':
      return total === undefined
        ? prettyBytes(done)
        : `${prettyBytes(done)} of ${prettyBytes(total)}`;
    case 'percent':
      return `${done} %`;
    case 'tensors':
    case 'tasks':
    case 'samples':
    case 'tokens':
    case 'cells':
    case 'packages':
      return total === undefined ? `${done} ${unit}` : `${done} of ${total} ${unit}`;
  }
}

/** As `2m 10s`. */
export function duration(ms: number): string {
  return prettyMs(ms, { secondsDecimalDigits: ms < 10_000 ? 1 : 0 });
}
