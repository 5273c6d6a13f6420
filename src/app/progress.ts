import { Presets, SingleBar } from 'cli-progress';
import { visibleText } from '../records/visible-text.ts';
import type { ProgressEvent, ProgressSink } from '../records/progress.ts';
import { RunProgress } from './progress-run.ts';
import { countsOf, duration, isAtEnd, msLeftOf, type Step, startStep } from './progress-step.ts';

/** On a stream that is not a terminal, progress is told at most this often. */
const LINE_INTERVAL_MS = 30_000;

/** Characters of the bar itself: what it says must find room beside it. */
const BAR_SIZE = 20;

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
  /** Draws the bar again where something is under way. */
  readonly redraw: () => void;
}

/** Shows progress: one bar for a run, or for a step outside of one, on a terminal; now and then a line elsewhere. */
export function createProgress(options: ProgressOptions): Progress {
  const show = options.bar ? barDisplay(options) : lineDisplay(options);
  const state: State = { run: undefined, step: undefined };
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
      default:
        follow(state, event, options.now());
        show.moved(state, event.kind);
    }
  };
  const redraw = (): void => {
    show.unhide();
    if (options.bar) {
      show.moved(state, 'step-advanced');
    }
  };
  return { sink, hide: show.hide, redraw };
}

/** Where everything stands. */
interface State {
  run: RunProgress | undefined;
  step: Step | undefined;
}

type Move = Exclude<ProgressEvent, { kind: 'note' | 'warning' }>;

/** Takes an event into account. A step that is not ended, as where its engine failed, ends with the next. */
function follow(state: State, event: Move, now: number): void {
  switch (event.kind) {
    case 'run-started':
      state.run = new RunProgress(event.parts);
      break;
    case 'part-started':
      endStep(state);
      state.run?.begin(event.part, now);
      break;
    case 'run-ended':
      endStep(state);
      state.run = undefined;
      break;
    case 'step-started':
      endStep(state);
      state.step = startStep(event, now);
      break;
    case 'step-advanced':
      if (state.step !== undefined && state.step.name === visibleText(event.step)) {
        state.step.done = event.done;
        state.step.newTokens = event.newTokens ?? 0;
        state.step.work = event.work;
      }
      break;
    case 'step-ended':
      if (state.step !== undefined) {
        state.step.isOver = true;
      }
      break;
  }
}

function endStep(state: State): void {
  if (state.step !== undefined) {
    state.run?.add(state.step);
    state.step = undefined;
  }
}

interface Display {
  readonly text: (text: string) => void;
  readonly moved: (state: State, by: Move['kind']) => void;
  /** Nothing is drawn from here on, whatever still happens, until `unhide`. */
  readonly hide: () => void;
  readonly unhide: () => void;
}

function lineDisplay({ stream, now, time }: ProgressOptions): Display {
  let spokeAt: number | undefined;
  return {
    text: (text) => stream.write(`${text}\n`),
    moved: ({ run, step }) => {
      if (step !== undefined && (spokeAt === undefined || now() - spokeAt >= LINE_INTERVAL_MS)) {
        spokeAt = now();
        stream.write(
          `${stepText(step, now(), run === undefined ? time : undefined)}${run === undefined ? '' : `; run: ${runText({ run, step }, now(), time)}`}\n`,
        );
      }
    },
    hide: () => {},
    unhide: () => {},
  };
}

function barDisplay({ stream, now, time }: ProgressOptions): Display {
  let bar: SingleBar | undefined;
  let isHidden = false;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const draw = (state: State): void => {
    if (isHidden) {
      return;
    }
    const { total, value, text } = barOf(state, now(), time);
    if (bar === undefined) {
      bar = new SingleBar(
        {
          stream,
          format: '{bar} {text}',
          barsize: BAR_SIZE,
          hideCursor: true,
          clearOnComplete: true,
        },
        Presets.shades_classic,
      );
      bar.start(total, value, { text });
    } else {
      bar.setTotal(total);
      bar.update(value, { text });
    }
  };
  const moved = (state: State, by: Move['kind']): void => {
    const { run, step } = state;
    if (
      by === 'step-ended' &&
      step !== undefined &&
      (run === undefined || step.pieces !== undefined)
    ) {
      stop();
      stream.write(`${stepText(step, now(), time)}\n`);
    }
    if (run === undefined && (step === undefined || step.isOver)) {
      stop();
    } else {
      draw(state);
    }
  };
  return {
    text: (text) => {
      stop();
      stream.write(`${text}\n`);
    },
    moved,
    hide: () => {
      isHidden = true;
      stop();
    },
    unhide: () => {
      isHidden = false;
    },
  };
}

/** What a bar shows: the run with its step, or a step that belongs to none. */
function barOf(
  { run, step }: State,
  now: number,
  time: ProgressOptions['time'],
): { readonly total: number; readonly value: number; readonly text: string } {
  if (run === undefined) {
    return {
      total: step?.total ?? 0,
      value: step?.done ?? 0,
      text: step === undefined ? '' : stepText(step, now, time),
    };
  }
  const [total, value] = [run.asked, run.done(step)];
  const share = total === 0 ? 100 : Math.floor((value / total) * 100);
  const left = leftText(run.msLeft(step, now), time);
  const about = step === undefined || step.isOver ? [] : [`${step.name}: ${countsOf(step, now)}`];
  return { total, value, text: [`${share} %`, ...left, ...about].join(', ') };
}

/** As `205 of 656 completions, then timings (192), 25m left, until 15:42`. */
function runText(
  { run, step }: { readonly run: RunProgress; readonly step: Step },
  now: number,
  time: ProgressOptions['time'],
): string {
  return [run.text(step), ...leftText(run.msLeft(step, now), time)].join(', ');
}

/** As `q8_0: generating: 41 of 164 tasks, 83.1 tokens/s`, and when it ends where a clock is given. */
function stepText(step: Step, now: number, time: ProgressOptions['time'] | undefined): string {
  const elapsedMs = now - step.startedAt;
  const isEnd = isAtEnd(step) || (step.total === undefined && elapsedMs > 0);
  return [
    `${step.name}: ${countsOf(step, now)}`,
    ...(isEnd
      ? [duration(elapsedMs)]
      : time === undefined
        ? []
        : leftText(msLeftOf(step, now), time)),
  ].join(', ');
}

function leftText(ms: number | undefined, time: ProgressOptions['time']): string[] {
  return ms === undefined ? [] : [`${duration(ms)} left, until ${time(ms)}`];
}
