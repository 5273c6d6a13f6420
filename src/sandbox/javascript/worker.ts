import type { Pooled, PoolWorker, WorkerPool } from '../common/worker-pool.ts';
import type { SampleJob } from './messages.ts';
import { type ProcessSetup, SampleProcess, type SampleReport } from './sample-process.ts';

export type SamplePool = WorkerPool<SampleJob, SampleReport>;
/** What a sample came to in the end. */
export type PoolReport = Pooled<SampleReport>;

/** Judges samples one after the other, each in a process that is started while the last one runs. */
export class Worker implements PoolWorker<SampleJob, SampleReport> {
  readonly #setup: ProcessSetup;
  #next: Promise<SampleProcess>;

  private constructor(setup: ProcessSetup, first: SampleProcess) {
    this.#setup = setup;
    this.#next = Promise.resolve(first);
  }

  /** Throws `WorkerDied` with the reason if no process comes up. */
  static async start(setup: ProcessSetup): Promise<Worker> {
    return new Worker(setup, await SampleProcess.start(setup));
  }

  async do(job: SampleJob): Promise<SampleReport> {
    await using sample = await this.#next;
    this.#next = SampleProcess.start(this.#setup);
    // Whoever takes it sees the failure; until then nobody is there to see it.
    this.#next.catch(() => {});
    return await sample.do(job, this.#setup.limits.timeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sample = await this.#next.catch(() => undefined);
    await sample?.[Symbol.asyncDispose]();
  }
}
