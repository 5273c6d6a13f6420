import { isSound } from './canary.ts';
import type { Judgement } from '../grader.ts';
import type { Job } from './job.ts';
import { Slots } from './slots.ts';
import { type Worker, WorkerDied, type WorkerReport } from './worker.ts';

/** What one attempt at a sample came to. `trouble`: the sample or the machine is at fault. */
type Attempt =
  | { readonly kind: 'judged'; readonly judgement: Judgement }
  | { readonly kind: 'trouble'; readonly died: boolean; readonly detail: string };

/** Workers that take samples in turn; one that dies is replaced. */
export class WorkerPool implements AsyncDisposable {
  readonly #slots: Slots;
  readonly #workers: (Worker | undefined)[];
  readonly #start: (slot: number) => Promise<Worker>;

  /** `start` brings up the worker of a slot, numbered from 0; `first` is slot 0's, already up. */
  constructor(options: {
    readonly size: number;
    readonly first: Worker;
    readonly start: (slot: number) => Promise<Worker>;
  }) {
    this.#slots = new Slots(options.size);
    this.#workers = [options.first];
    this.#start = options.start;
  }

  /** Judges a sample; one that takes its worker down is run once more, alone. */
  async judge(job: Job): Promise<Judgement> {
    const first = await this.#slots.withOne((slot) => this.#attempt(slot, job));
    if (first.kind === 'judged') {
      return first.judgement;
    }
    return this.#slots.withAll(() => this.#judgeAlone(job, first.detail));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const workers = this.#workers.splice(0);
    await Promise.all(workers.map(async (worker) => worker?.[Symbol.asyncDispose]()));
  }

  /** On a fresh worker, with canaries before and after that tell whose fault it is. */
  async #judgeAlone(job: Job, firstDetail: string): Promise<Judgement> {
    await this.#discard(0);
    if (!(await this.#isSound(0))) {
      return machineAtFault(`${firstDetail}; a fresh worker does not work either`);
    }
    const second = await this.#attempt(0, job);
    if (!(await this.#isSound(0))) {
      return machineAtFault(`${firstDetail}; the canary after it failed too`);
    }
    return second.kind === 'judged' ? second.judgement : sampleAtFault(second);
  }

  async #attempt(slot: number, job: Job): Promise<Attempt> {
    try {
      const worker = await this.#workerOf(slot);
      return attemptOf(await worker.judge(job));
    } catch (error) {
      if (error instanceof WorkerDied) {
        await this.#discard(slot);
        return { kind: 'trouble', died: true, detail: `the worker died: ${error.message}` };
      }
      throw error;
    }
  }

  async #isSound(slot: number): Promise<boolean> {
    try {
      return await isSound(await this.#workerOf(slot));
    } catch (error) {
      if (error instanceof WorkerDied) {
        return false;
      }
      throw error;
    }
  }

  async #workerOf(slot: number): Promise<Worker> {
    const worker = this.#workers[slot] ?? (await this.#start(slot));
    this.#workers[slot] = worker;
    return worker;
  }

  async #discard(slot: number): Promise<void> {
    const worker = this.#workers[slot];
    this.#workers[slot] = undefined;
    await worker?.[Symbol.asyncDispose]();
  }
}

function attemptOf(report: WorkerReport): Attempt {
  switch (report.kind) {
    case 'suspect':
      return { kind: 'trouble', died: false, detail: report.detail };
    case 'unfit':
      return {
        kind: 'judged',
        judgement: { kind: 'infrastructure', fault: 'task', detail: report.detail },
      };
    default:
      return { kind: 'judged', judgement: { kind: 'verdict', outcome: report } };
  }
}

function machineAtFault(detail: string): Judgement {
  return { kind: 'infrastructure', fault: 'machine', detail };
}

function sampleAtFault(trouble: { readonly died: boolean; readonly detail: string }): Judgement {
  const cause = trouble.died ? 'killed-its-worker' : 'memory';
  const detail = `twice: ${trouble.detail}; others passed before and after`;
  return { kind: 'verdict', outcome: { kind: 'failed', cause, detail } };
}
