import type { Outcome } from '../../records/verdict.ts';
import { Slots } from './slots.ts';

/** A worker ended, hung or spoke nonsense. Which of the sample and the machine did it is open. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

/** What any worker may say of a job. */
interface Told {
  readonly kind: string;
  readonly detail?: string;
}

/** The job or the machine is at fault. */
export interface Suspect {
  readonly kind: 'suspect';
  readonly detail: string;
}

/** Other programs kept the job from running. */
export interface Starved {
  readonly kind: 'starved';
  readonly detail: string;
}

/** Does one job at a time. Throws `WorkerDied` where it can do no more. */
export interface PoolWorker<Job, Report extends Told> extends AsyncDisposable {
  do(job: Job): Promise<Report>;
}

/** A job that took its worker down twice, where others passed. */
type AtFault = Extract<Outcome, { kind: 'failed' }> & { readonly passedParts: string[] };

/** What a job came to. `machine`: nothing is known of it, and it is to be retried. */
export type Pooled<Report extends Told> =
  | Exclude<Report, Suspect | Starved>
  | { readonly kind: 'machine'; readonly detail: string }
  | AtFault;

/**
 * What one attempt at a job came to. `starved`: others kept it from running. `trouble`: the job or
 * the machine is at fault.
 */
type Attempt<Report extends Told> =
  | { readonly kind: 'done'; readonly report: Exclude<Report, Suspect | Starved> }
  | { readonly kind: 'starved'; readonly detail: string }
  | { readonly kind: 'trouble'; readonly died: boolean; readonly detail: string };

interface PoolOptions<Job, Report extends Told> {
  readonly size: number;
  /** Whether a worker still tells right from wrong. */
  readonly isSound: (worker: PoolWorker<Job, Report>) => Promise<boolean>;
  /** Slot 0's worker, already up. */
  readonly first: PoolWorker<Job, Report>;
  /** Brings up the worker of a slot, numbered from 0. */
  readonly start: (slot: number) => Promise<PoolWorker<Job, Report>>;
}

/** Workers that take jobs in turn; one that dies is replaced. */
export class WorkerPool<Job, Report extends Told> implements AsyncDisposable {
  readonly #slots: Slots;
  readonly #workers: (PoolWorker<Job, Report> | undefined)[];
  readonly #options: PoolOptions<Job, Report>;
  #isClosed = false;

  constructor(options: PoolOptions<Job, Report>) {
    this.#slots = new Slots(options.size);
    this.#workers = [options.first];
    this.#options = options;
  }

  /** Does a job; one that takes its worker down or is kept from running is done once more, alone. */
  async do(job: Job): Promise<Pooled<Report>> {
    const first = await this.#slots.withOne((slot) => this.#attempt(slot, job));
    if (first.kind === 'done') {
      return first.report;
    }
    return this.#slots.withAll(() =>
      first.kind === 'starved' ? this.#doUndisturbed(job) : this.#doAlone(job, first.detail),
    );
  }

  /** Waits for the jobs that run; none is begun any more, not even again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const workers = this.#workers.splice(0);
    await Promise.all(workers.map(async (worker) => worker?.[Symbol.asyncDispose]()));
  }

  /**
   * While no other sample runs. What others take is measured from outside, and what a sample's own
   * threads take of each other does not count: no sample can call itself starved.
   */
  async #doUndisturbed(job: Job): Promise<Pooled<Report>> {
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
  async #doAlone(job: Job, firstDetail: string): Promise<Pooled<Report>> {
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

  async #attempt(slot: number, job: Job): Promise<Attempt<Report>> {
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
      return await this.#options.isSound(await this.#workerOf(slot));
    } catch (error) {
      if (error instanceof WorkerDied) {
        return false;
      }
      throw error;
    }
  }

  async #workerOf(slot: number): Promise<PoolWorker<Job, Report>> {
    if (this.#isClosed) {
      throw new WorkerDied('the pool was closed');
    }
    const worker = this.#workers[slot] ?? (await this.#options.start(slot));
    if (this.#isClosed) {
      // It came up too late for whoever closed the pool to end it.
      await worker[Symbol.asyncDispose]();
      throw new WorkerDied('the pool was closed');
    }
    this.#workers[slot] = worker;
    return worker;
  }

  async #discard(slot: number): Promise<void> {
    const worker = this.#workers[slot];
    this.#workers[slot] = undefined;
    await worker?.[Symbol.asyncDispose]();
  }
}

function attemptOf<Report extends Told>(report: Report): Attempt<Report> {
  if (isSettled(report)) {
    return { kind: 'done', report };
  }
  const { kind, detail = '' } = report;
  return kind === 'starved' ? { kind, detail } : { kind: 'trouble', died: false, detail };
}

function isSettled<Report extends Told>(
  report: Report,
): report is Exclude<Report, Suspect | Starved> {
  return report.kind !== 'suspect' && report.kind !== 'starved';
}

function machineAtFault(detail: string): { readonly kind: 'machine'; readonly detail: string } {
  return { kind: 'machine', detail };
}

function jobAtFault(trouble: { readonly died: boolean; readonly detail: string }): AtFault {
  const cause = trouble.died ? 'killed-its-worker' : 'memory';
  const detail = `twice: ${trouble.detail}; others passed before and after`;
  return { kind: 'failed', cause, detail, passedParts: [] };
}
