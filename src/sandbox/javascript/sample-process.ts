import { join } from 'node:path';
import { execa } from 'execa';
import { signalName } from './signals.ts';
import type { GraderLimits } from '../grader.ts';
import { Clock } from '../common/clock.ts';
import { Processor } from '../common/processor.ts';
import { type Starved, type Suspect, WorkerDied } from '../common/worker-pool.ts';
import { type Job, OUT_OF_MEMORY_CODE, type Report, reportSchema, type Terms } from './messages.ts';
import { PROCESSES } from './sources.ts';

/**
 * Flags of Node. `--jitless`: no machine code is written, and there is no WebAssembly; what attacks
 * on V8 mostly need is not there. isolated-vm asks for the other: Node's own snapshot does not fit
 * its isolates. `--single-threaded-gc`: no threads beside a sample's own collect its garbage, so that it
 * takes one processor and no more; V8's pool of threads, which has no work then, is kept small.
 */
const FLAGS = [
  '--no-node-snapshot',
  '--jitless',
  '--single-threaded-gc',
  '--v8-pool-size=1',
  '--no-warnings',
];

const ENTRY = join(PROCESSES, 'javascript-child.js');

const START_TIMEOUT_MS = 60_000;

/** Longest report; a process that says more is not ours any more. */
const MAX_REPORT_CHARS = 128 * 1024;

/** How a shell and bubblewrap tell of a signal: beyond this in an exit code. */
const SIGNAL_CODES = 128;

/** What V8, Node and the C++ library say when memory is refused to them. */
const NO_MEMORY = /out of memory|OOM|allocation failed|bad_alloc|ENOMEM/i;

/** What became of a sample. */
export type SampleReport = Exclude<Report, { kind: 'ready' }> | Suspect | Starved;

export interface ProcessSetup {
  readonly terms: Terms;
  readonly limits: GraderLimits;
  /** Runs the program that follows it inside its walls; with the user that it runs as. */
  readonly wrapper?:
    | { readonly command: readonly [string, ...string[]]; readonly user: number | undefined }
    | undefined;
  /** The program that is Node, where a wrapper needs its path. */
  readonly node: string;
}

type Child = ReturnType<typeof spawn>;

/** A process that is ready for one sample and is thrown away with it. */
export class SampleProcess implements AsyncDisposable {
  readonly #child: Child;
  #text = '';
  #onText: (() => void) | undefined;

  private constructor(child: Child) {
    this.#child = child;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      this.#text += text;
      this.#onText?.();
    });
    child.stdout.on('close', () => this.#onText?.());
    // A process that is gone is found out by what it did not say.
    child.stdin.on('error', () => {});
  }

  /** Starts one. Throws `WorkerDied` with the reason if it does not come up. */
  static async start(setup: ProcessSetup): Promise<SampleProcess> {
    const sample = new SampleProcess(spawn(setup));
    sample.#write(setup.terms);
    const report = await sample.#read(START_TIMEOUT_MS);
    if (report === 'late' || report?.kind !== 'ready') {
      throw await sample.#died(report);
    }
    return sample;
  }

  /**
   * Has one job done. The time is the process's own: what others take of the processor does not
   * count. The process is of no use afterwards.
   */
  async do(job: Job, timeoutMs: number): Promise<SampleReport> {
    const clock = new Clock(new Processor(this.#child.pid ?? 0), timeoutMs);
    this.#write(job);
    let report = await this.#read(clock.waitMs());
    while (report === 'late') {
      const end = clock.look();
      if (end !== undefined) {
        return end;
      }
      report = await this.#read(clock.waitMs());
    }
    return report === undefined || report.kind === 'ready' ? this.#nameOfDeath() : report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#child;
  }

  #write(message: Terms | Job): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The next report; nothing where the process ends or says anything else. */
  async #read(timeoutMs: number): Promise<Report | 'late' | undefined> {
    const { promise, resolve } = Promise.withResolvers<Report | 'late' | undefined>();
    // Where evalkit itself was kept from running, what has come in meanwhile is read first.
    const timer = setTimeout(() => setImmediate(() => resolve('late')), timeoutMs);
    this.#onText = () => {
      const end = this.#text.indexOf('\n');
      if (end >= 0 && end <= MAX_REPORT_CHARS) {
        resolve(reportOf(this.#text.slice(0, end)));
        this.#text = this.#text.slice(end + 1);
      } else if (this.#text.length > MAX_REPORT_CHARS || this.#child.stdout.destroyed) {
        resolve(undefined);
      }
    };
    this.#onText();
    const report = await promise;
    clearTimeout(timer);
    this.#onText = undefined;
    return report;
  }

  async #died(report: Report | 'late' | undefined): Promise<WorkerDied> {
    this.#child.kill('SIGKILL');
    const { stderr, shortMessage } = await this.#child;
    if (report === 'late') {
      return new WorkerDied(`its process was not ready within ${START_TIMEOUT_MS} ms`);
    }
    const [words] = stderr.match(/^(?:\w*Error|bwrap): .*$/m) ?? [];
    return new WorkerDied(words ?? shortMessage ?? 'its process did not start');
  }

  /** Why a process ended without a report. */
  async #nameOfDeath(): Promise<SampleReport> {
    const hadMore = this.#text.length > MAX_REPORT_CHARS;
    if (hadMore) {
      this.#child.kill('SIGKILL');
    }
    const { exitCode = 0, signal, stderr } = await this.#child;
    const name = signal ?? signalName(exitCode - SIGNAL_CODES);
    if (hadMore || (name === undefined && exitCode !== OUT_OF_MEMORY_CODE)) {
      const how = hadMore ? 'spoke out of turn' : `ended with exit code ${exitCode}`;
      return { kind: 'failed', cause: 'protocol', detail: `its process ${how}` };
    }
    if (name === undefined || NO_MEMORY.test(stderr)) {
      return { kind: 'failed', cause: 'memory', detail: 'its process ran out of memory' };
    }
    // No sample can send it; the kernel does when the machine has no memory left.
    return name === 'SIGKILL'
      ? { kind: 'suspect', detail: 'its process was killed by the system' }
      : { kind: 'failed', cause: 'signal', detail: `its process died of ${name}` };
  }
}

function spawn({ wrapper, node }: ProcessSetup) {
  const [program, ...before] = wrapper?.command ?? [node];
  const inside = wrapper === undefined ? [] : [node];
  const user = wrapper?.user;
  return execa(program, [...before, ...inside, ...FLAGS, ENTRY], {
    // Samples see nothing of the environment, and neither does the process around them.
    env: {},
    extendEnv: false,
    cwd: '/',
    // Linux shares the processors out among sessions first: each sample has a part of its own.
    detached: true,
    stdio: 'pipe',
    buffer: { stdout: false, stderr: true },
    maxBuffer: { stderr: MAX_REPORT_CHARS },
    reject: false,
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
}

function reportOf(line: string): Report | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
