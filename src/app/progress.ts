import { Presets, SingleBar } from 'cli-progress';
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import { visibleText } from '../records/visible-text.ts';
import type { ProgressEvent, ProgressSink, ProgressUnit, Work } from '../records/progress.ts';

/** On a stream that is not a terminal, progress is told at most this often. */
const LINE_INTERVAL_MS = 30_000;

/** Below this share of the units the remaining time cannot be told from their count. */
const MEANINGFUL_SHARE = 0.1;

interface Step {
  readonly name: string;
  readonly unit: ProgressUnit;
  readonly total: number | undefined;
  /** Units that were done before this step began. */
  readonly before: number;
  readonly startedAt: number;
  done: number;
  newTokens: number;
  work: Work | undefined;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WritableStream;
  /** A bar that is drawn over, or plain lines. */
  readonly bar: boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** The time of day so many milliseconds from now, as `15:42`. */
  readonly time: (fromNowMs: number) => string;
}

/** What shows progress, and the owner of the one bar. */
export interface Progress {
  readonly sink: ProgressSink;
  /** Takes the bar away and gives the terminal back as it was; synchronous, for every way out. */
  readonly hide: () => void;
  /** Draws the bar again where a step is under way. */
  readonly redraw: () => void;
}

/** Shows progress: a bar on a terminal, now and then a line elsewhere. */
export function createProgress(options: ProgressOptions): Progress {
  const show = options.bar ? barDisplay(options) : lineDisplay(options);
  let step: Step | undefined;
  const said = new Set<string>();
  // Several models may be made from one file: what is known needs no second line.
  const sayOnce = (text: string): void => {
    if (!said.has(text)) {
      said.add(text);
      show.text(text);
    }
  };
  const sink = (event: ProgressEvent): void => {
    switch (event.kind) {
      case 'note':
        sayOnce(visibleText(event.text));
        break;
      case 'warning':
        sayOnce(visibleText(`warning: ${event.text}`));
        break;
      case 'step-started':
        step = startStep(event, options.now());
        show.started(step);
        break;
      case 'step-advanced':
        if (step !== undefined && step.name === visibleText(event.step)) {
          step.done = event.done;
          step.newTokens = event.newTokens ?? 0;
          step.work = event.work;
          show.advanced(step);
        }
        break;
      case 'step-ended':
        if (step !== undefined) {
          show.ended(step);
          step = undefined;
        }
        break;
    }
  };
  const redraw = (): void => {
    if (step !== undefined && options.bar) {
      show.started(step);
    }
  };
  return { sink, hide: show.hide, redraw };
}

interface Display {
  readonly text: (text: string) => void;
  readonly started: (step: Step) => void;
  readonly advanced: (step: Step) => void;
  readonly ended: (step: Step) => void;
  readonly hide: () => void;
}

function startStep(event: ProgressEvent & { kind: 'step-started' }, now: number): Step {
  const before = event.done ?? 0;
  const { step, unit, total } = event;
  const name = visibleText(step);
  const none = { newTokens: 0, work: undefined };
  return { name, unit, total, before, startedAt: now, done: before, ...none };
}

function lineDisplay({ stream, now, time }: ProgressOptions): Display {
  let spokeAt: number | undefined;
  const speak = (step: Step): void => {
    if (spokeAt === undefined || now() - spokeAt >= LINE_INTERVAL_MS) {
      spokeAt = now();
      stream.write(`${step.name}: ${describeStep(step, now(), time)}\n`);
    }
  };
  return {
    text: (text) => stream.write(`${text}\n`),
    started: speak,
    advanced: speak,
    ended: speak,
    hide: () => {},
  };
}

function barDisplay({ stream, now, time }: ProgressOptions): Display {
  let bar: SingleBar | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    text: (text) => {
      stop();
      stream.write(`${text}\n`);
    },
    started: (step) => {
      stop();
      bar = new SingleBar(
        { stream, format: '{name} {bar} {state}', hideCursor: true, clearOnComplete: true },
        Presets.shades_classic,
      );
      bar.start(step.total ?? 0, step.done, {
        name: step.name,
        state: describeStep(step, now(), time),
      });
    },
    advanced: (step) => bar?.update(step.done, { state: describeStep(step, now(), time) }),
    ended: (step) => {
      stop();
      stream.write(`${step.name}: ${describeStep(step, now(), time)}\n`);
    },
    hide: stop,
  };
}

/** As `41 of 164 tasks, 83.1 tokens/s, 2m 10s left, until 15:42`. */
function describeStep(step: Step, now: number, time: ProgressOptions['time']): string {
  const elapsedMs = now - step.startedAt;
  const parts = [countText(step)];
  if (step.newTokens > 0 && elapsedMs > 0) {
    parts.push(`${((step.newTokens / elapsedMs) * 1_000).toFixed(1)} tokens/s`);
  }
  const work = step.work ?? workByCount(step);
  if (step.done === step.total || (step.total === undefined && elapsedMs > 0)) {
    parts.push(duration(elapsedMs));
  } else if (work !== undefined && work.done > 0) {
    const leftMs = (elapsedMs / work.done) * work.left;
    parts.push(`${duration(leftMs)} left, until ${time(leftMs)}`);
  }
  return parts.join(', ');
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

function duration(ms: number): string {
  return prettyMs(ms, { secondsDecimalDigits: ms < 10_000 ? 1 : 0 });
}
