import { sum } from 'simple-statistics';
import { visibleText } from '../records/visible-text.ts';
import type { RunPart } from '../records/progress.ts';
import { isAtEnd, msLeftOf, type Step } from './progress-step.ts';

/** Pieces of one kind that a run has to do. */
interface Part {
  readonly name: string;
  readonly asked: number;
  /** Of those asked, what is done or will not be done. */
  done: number;
  /** Pieces that this command did, and the milliseconds that they took with all that belongs to them. */
  gained: number;
  ms: number;
}

/** Where a whole run stands: its parts, the one that is under way, and its step. */
export class RunProgress {
  readonly #parts: readonly Part[];
  #current: Part | undefined;
  #since = 0;

  constructor(parts: readonly RunPart[]) {
    this.#parts = parts.map(({ name, asked, done }) => ({
      name: visibleText(name),
      asked,
      done,
      gained: 0,
      ms: 0,
    }));
  }

  get asked(): number {
    return sum(this.#parts.map(({ asked }) => asked));
  }

  /** Whole pieces and parts of one. */
  done(step: Step | undefined): number {
    return sum(this.#parts.map(({ done }) => done)) + piecesDone(step);
  }

  /** A part that begins ends the one before: what that still lacks will not be done by this command. */
  begin(name: string, now: number): void {
    this.end(now);
    this.#current = this.#parts.find((part) => part.name === visibleText(name));
    this.#since = now;
  }

  end(now: number): void {
    if (this.#current !== undefined) {
      this.#current.ms += now - this.#since;
      this.#current.done = this.#current.asked;
    }
    this.#current = undefined;
  }

  /** A step is over, whether it did all of its pieces or not. */
  add(step: Step): void {
    if (this.#current !== undefined && step.pieces !== undefined) {
      this.#current.gained += piecesDone(step);
      this.#current.done = Math.min(this.#current.asked, this.#current.done + step.pieces);
    }
  }

  /** As `205 of 656 completions, then timings (192)`. */
  text(step: Step | undefined): string {
    const left = this.#parts.filter((part) => part.done < part.asked || part === this.#current);
    return left
      .map((part) =>
        part === this.#current
          ? `${Math.floor(part.done + piecesDone(step))} of ${part.asked} ${part.name}`
          : `then ${part.name} (${part.asked - part.done})`,
      )
      .join(', ');
  }

  /**
   * Milliseconds until the run ends, by what its pieces took so far, loading and judging included: each
   * part's by its own, one that has not begun by those of the others. `undefined`: nothing is known yet.
   */
  msLeft(step: Step | undefined, now: number): number | undefined {
    const pace = this.#paceOfCurrent(step, now);
    const all = this.#parts.map((part) => (part === this.#current && pace ? pace : part));
    const gained = sum(all.map((part) => part.gained));
    const mean = gained === 0 ? undefined : sum(all.map(({ ms }) => ms)) / gained;
    if (mean === undefined) {
      return undefined;
    }
    return (
      sum(
        all.map(
          (part) => (part.asked - part.done) * (part.gained > 0 ? part.ms / part.gained : mean),
        ),
      ) + (pace?.stepMs ?? 0)
    );
  }

  /** The part under way as it will stand at the end of its step, and how far that is. */
  #paceOfCurrent(
    step: Step | undefined,
    now: number,
  ): (Part & { readonly stepMs: number }) | undefined {
    const part = this.#current;
    if (part === undefined) {
      return undefined;
    }
    const ms = part.ms + now - this.#since;
    if (step?.pieces === undefined) {
      return { ...part, ms, stepMs: 0 };
    }
    const stepMs = isAtEnd(step) ? 0 : msLeftOf(step, now);
    return stepMs === undefined
      ? { ...part, ms, stepMs: 0 }
      : {
          ...part,
          ms: ms + stepMs,
          stepMs,
          gained: part.gained + step.pieces,
          done: part.done + step.pieces,
        };
  }
}

function piecesDone(step: Step | undefined): number {
  if (step?.pieces === undefined || step.total === undefined || step.total === step.before) {
    return 0;
  }
  return (step.pieces * (step.done - step.before)) / (step.total - step.before);
}
