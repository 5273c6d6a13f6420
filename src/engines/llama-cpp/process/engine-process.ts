import { once } from 'node:events';
import { dirname, extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import prettyBytes from 'pretty-bytes';
import { EvalkitError } from '../../../records/error.ts';
import { EngineFailure } from '../../engine.ts';
import { engineEnvironment } from './environment.ts';
import { type MemoryWatch, watchMemory } from './memory-watch.ts';
import { type Message, messageSchema, type Notice, type Question, type Reply } from './protocol.ts';

/** How many of the last log lines are kept. */
const LOG_LINES = 40;

export interface EngineProcessOptions {
  /** The environment that the process gets a cleaned copy of. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the process is to reach a GPU. */
  readonly gpu: boolean;
  /** Milliseconds without any sign of progress after which the process counts as hung. */
  readonly stallTimeoutMs: number;
  /** Takes what a user should know, whatever was asked. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Highest resident set, in bytes, before the process is ended; `undefined`: no limit. */
  readonly memoryBytes?: number | undefined;
}

export interface AskOptions {
  readonly onNotice?: (notice: Notice) => void;
  readonly signal: AbortSignal;
}

interface End {
  /** In words. */
  readonly how: string;
  /** Whether a SIGKILL that we did not send ended it. */
  readonly isKilled: boolean;
}

type Failed = Extract<Reply, { kind: 'failed' }>;

/** The replies that answer a question. */
export type Answered = Exclude<Reply, { kind: 'refused' | 'failed' }>;

const PREDICATES = { 'out-of-memory': 'ran out of memory', failed: 'failed' } as const;

/** The same file as source in a checkout and as JavaScript in a package. */
const ENTRY = fileURLToPath(
  new URL(`engine-child${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/** The engine's process as its parent sees it. It answers one question at a time. */
export class EngineProcess implements AsyncDisposable {
  readonly #subprocess: ReturnType<typeof start>;
  readonly #stallTimeoutMs: number;
  readonly #onNote: ((text: string) => void) | undefined;
  readonly #logTail: string[] = [];
  /** Resolves, when the process is gone and all that it sent has come, with how it ended. */
  readonly #ended: Promise<End>;
  readonly #memoryWatch: MemoryWatch | undefined;
  #excess: string | undefined;
  /** Whether we have sent the signal that ends the process. */
  #isEnding = false;
  #busy = false;

  constructor({ env, gpu, stallTimeoutMs, memoryBytes, onNote }: EngineProcessOptions) {
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#onNote = onNote;
    this.#subprocess = start(engineEnvironment(env, gpu));
    this.#ended = this.#awaitEnd();
    this.#memoryWatch = this.#watchMemory(memoryBytes);
  }

  /**
   * Asks and waits for the answer. Throws `EvalkitError` where the process refuses. Anything else
   * that ends the question ends the process too: `EngineFailure` where it died, hung or failed, the
   * signal's reason, or what `onNotice` threw.
   */
  async ask(question: Question, options: AskOptions): Promise<Answered> {
    if (this.#busy) {
      throw new Error('the engine answers one question at a time');
    }
    this.#busy = true;
    try {
      const reply = await this.#exchange(question, options);
      if (reply.kind === 'refused') {
        throw new EvalkitError(reply.errorKind, reply.message);
      }
      return reply;
    } finally {
      this.#busy = false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill();
  }

  async #exchange(question: Question, options: AskOptions): Promise<Exclude<Reply, Failed>> {
    const outcome = Promise.withResolvers<Reply>();
    const watchdog = startWatchdog(this.#stallTimeoutMs, () => {
      const seconds = this.#stallTimeoutMs / 1000;
      outcome.reject(this.#failure('hung', `made no progress for ${seconds} s`));
    });
    const onMessage = (content: unknown): void => {
      watchdog.reset();
      try {
        const message = messageSchema.parse(content);
        if (message.kind === 'note') {
          this.#onNote?.(message.text);
        } else if (isNotice(message)) {
          options.onNotice?.(message);
        } else {
          outcome.resolve(message);
        }
      } catch (error) {
        outcome.reject(error);
      }
    };
    const onAbort = (): void => outcome.reject(options.signal.reason);
    void this.#ended.then((end) => outcome.reject(this.#death(end)));
    this.#subprocess.nodeChildProcess.on('message', onMessage);
    options.signal.addEventListener('abort', onAbort);
    try {
      if (options.signal.aborted) {
        onAbort();
      }
      // A send that fails needs no report of its own: the process has ended, which is seen above.
      this.#subprocess.nodeChildProcess.send(question, () => undefined);
      const reply = await outcome.promise;
      if (reply.kind === 'failed') {
        throw this.#failure(reply.reason, `${PREDICATES[reply.reason]}: ${reply.message}`);
      }
      return reply;
    } catch (error) {
      await this.#kill();
      throw error;
    } finally {
      watchdog.stop();
      this.#subprocess.nodeChildProcess.off('message', onMessage);
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  #failure(reason: EngineFailure['reason'], message: string): EngineFailure {
    return new EngineFailure(reason, message, [...this.#logTail]);
  }

  #watchMemory(limitBytes: number | undefined): MemoryWatch | undefined {
    const { pid } = this.#subprocess;
    if (limitBytes === undefined || pid === undefined) {
      return undefined;
    }
    return watchMemory(pid, limitBytes, (bytes) => {
      this.#excess = `used ${prettyBytes(bytes)} of memory, over the limit of ${prettyBytes(limitBytes)}`;
      this.#subprocess.kill('SIGKILL');
    });
  }

  #death({ how, isKilled }: End): EngineFailure {
    if (this.#excess !== undefined) {
      return this.#failure('out-of-memory', this.#excess);
    }
    return this.#failure(isKilled ? 'killed' : 'died', how);
  }

  async #kill(): Promise<void> {
    this.#memoryWatch?.stop();
    this.#isEnding = true;
    this.#subprocess.kill('SIGKILL');
    await this.#ended;
  }

  async #awaitEnd(): Promise<End> {
    const log = createInterface({ input: this.#subprocess.all });
    log.on('line', (line) => {
      this.#logTail.push(line);
      this.#logTail.splice(0, this.#logTail.length - LOG_LINES);
    });
    const closed = once(log, 'close');
    const result = await this.#subprocess;
    const isKilled = result.signal === 'SIGKILL' && !this.#isEnding;
    await closed;
    if (this.#subprocess.nodeChildProcess.connected) {
      await once(this.#subprocess.nodeChildProcess, 'disconnect');
    }
    return { how: describeEnd(result), isKilled };
  }
}

function start(env: NodeJS.ProcessEnv) {
  return execaNode(ENTRY, [], {
    env,
    extendEnv: false,
    // The folder that the user started in may go away; this one stays.
    cwd: dirname(ENTRY),
    // What this process was started with (a debugger, a test runner's loader) is not for that one.
    nodeOptions: [],
    stdin: 'ignore',
    all: true,
    buffer: false,
    ipc: true,
    serialization: 'advanced',
    reject: false,
  });
}

function describeEnd(result: Awaited<ReturnType<typeof start>>): string {
  if (result.signal !== undefined) {
    return `was killed by ${result.signal}`;
  }
  return result.exitCode === undefined
    ? `could not be started: ${result.originalMessage}`
    : `ended with exit code ${result.exitCode}`;
}

const NOTICES: readonly string[] = [
  'loading',
  'working',
  'result',
  'pass',
  'scoring',
  'scores',
  'note',
] satisfies Notice['kind'][];

function isNotice(message: Message): message is Notice {
  return NOTICES.includes(message.kind);
}

interface Watchdog {
  readonly reset: () => void;
  readonly stop: () => void;
}

/**
 * Barks after `timeoutMs` without a reset, in two turns: after a sleep of the whole machine the
 * first turn is over at once, and what was sent meanwhile still has the second to be read.
 */
function startWatchdog(timeoutMs: number, bark: () => void): Watchdog {
  let quietTurns = 0;
  const timer = setInterval(() => {
    quietTurns += 1;
    if (quietTurns === 2) {
      bark();
    }
  }, timeoutMs / 2);
  return {
    reset: () => {
      quietTurns = 0;
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
