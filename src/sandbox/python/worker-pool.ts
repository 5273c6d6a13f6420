import { isSound } from './canary.ts';
import type { Job } from './job.ts';
import { Slots } from './slots.ts';
import { type Worker, WorkerDied, type WorkerReport } from './worker.ts';

/** What a job came to. `machine`: nothing is known of it, and it is to be retried. */
export type PoolReport =
  | Exclude<WorkerReport, { kind: 'suspect' | 'starved' }>
  | { readonly kind: 'machine'; readonly detail: string };

/**
 * What one attempt at a job came to. `starved`: others kept it from running. `trouble`: the job or
 * the machine is at fault.
 */
type Attempt =
  | { readonly kind: 'done'; readonly report: PoolReport }
  | { readonly kind: 'starved'; readonly detail: string }
  | { readonly kind: 'trouble'; readonly died: boolean; readonly detail: string };

/** Workers that take jobs in turn; one that dies is replaced. */
export class WorkerPool implements AsyncDisposable {
  readonly #slots: Slots;
  readonly #workers: (Worker | undefined)[];
  readonly #start: (slot: number) => Promise<Worker>;
  readonly #timeoutMs: number;

  /** `start` brings up the worker of a slot, numbered from 0; `first` is slot 0's, already up. */
  constructor(options: {
    readonly size: number;
    /** A canary's wall time. */
    readonly timeoutMs: number;
    readonly first: Worker;
    readonly start: (slot: number) => Promise<Worker>;
  }) {
    this.#slots = new Slots(options.size);
    this.#workers = [options.first];
    this.#start = options.start;
    this.#timeoutMs = options.timeoutMs;
  }

  /** Does a job; one that takes its worker down or is kept from running is done once more, alone. */
  async do(job: Job): Promise<PoolReport> {
    const first = await this.#slots.withOne((slot) => this.#attempt(slot, job));
    if (first.kind === 'done') {
      return first.report;
    }
    return this.#slots.withAll(() =>
      first.kind === 'starved' ? this.#doUndisturbed(job) : this.#doAlone(job, first.detail),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const workers = this.#workers.splice(0);
    await Promise.all(workers.map(async (worker) => worker?.[Symbol.asyncDispose]()));
  }

  /**
   * While no other sample runs. What others take is measured from outside, and what a sample's own
   * threads take of each other does not count: no sample can call itself starved.
   */
  async #doUndisturbed(job: Job): Promise<PoolReport> {
    const second = await this.#attempt(0, job);
    switch (second.kind) {
      case 'done':
        return second.report;
      case 'starved':
        return machineAtFault(
          `other programs kept it from running, alone too: ${second.detail}; rerun when the machine is less busy`,
        );
      case 'trouble':
        return this.#doAlone(job, second.detail);
    }
  }

  /** On a fresh worker, with canaries before and after that tell whose fault it is. */
  async #doAlone(job: Job, firstDetail: string): Promise<PoolReport> {
    await this.#discard(0);
    if (!(await this.#isSound(0))) {
      return machineAtFault(`${firstDetail}; a fresh worker does not work either`);
    }
    const second = await this.#attempt(0, job);
    if (!(await this.#isSound(0))) {
      return machineAtFault(`${firstDetail}; the canary after it failed too`);
    }
    switch (second.kind) {
      case 'done':
        return second.report;
      case 'starved':
        return machineAtFault(`${firstDetail}; then other programs kept it from running`);
      case 'trouble':
        return jobAtFault(second);
    }
  }

  async #attempt(slot: number, job: Job): Promise<Attempt> {
    try {
      const worker = await this.#workerOf(slot);
      return attemptOf(await worker.do(job));
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
      return await isSound(await this.#workerOf(slot), this.#timeoutMs);
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
    case 'starved':
      return { kind: 'starved', detail: report.detail };
    default:
      return { kind: 'done', report };
  }
}

function machineAtFault(detail: string): PoolReport {
  return { kind: 'machine', detail };
}

function jobAtFault(trouble: { readonly died: boolean; readonly detail: string }): PoolReport {
  const cause = trouble.died ? 'killed-its-worker' : 'memory';
  const detail = `twice: ${trouble.detail}; others passed before and after`;
  return { kind: 'failed', cause, detail, passedParts: [] };
}
