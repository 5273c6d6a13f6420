import { once } from 'node:events';
import { createInterface } from 'node:readline';
import prettyBytes from 'pretty-bytes';
import { z } from 'zod';
import { EvalkitError } from '../../records/error.ts';
import { EngineFailure } from '../engine.ts';
import { type MemoryWatch, watchMemory } from './memory-watch.ts';
import type { ProcessEnd, Transport } from './transport.ts';
import { startWatchdog } from './watchdog.ts';

/** How many of the last log lines are kept. */
const LOG_LINES = 40;

/** What every engine's process may tell on the way to an answer. */
export const noteSchema = z.object({
  kind: z.literal('note'),
  /** What a user should know. */
  text: z.string(),
});

/** How every engine's process ends a question that it cannot answer. */
export const refusalSchemas = [
  /** Something that the user can fix. */
  z.object({
    kind: z.literal('refused'),
    errorKind: z.enum(['usage', 'environment', 'memory']),
    message: z.string(),
  }),
  z.object({
    kind: z.literal('failed'),
    reason: z.enum(['out-of-memory', 'failed']),
    message: z.string(),
  }),
] as const;

type Refusal = z.infer<(typeof refusalSchemas)[number]>;

/** The schemas of what a process sends. */
export interface Protocol<
  N extends { readonly kind: string },
  R extends { readonly kind: string },
> {
  /** What it tells on the way to an answer. Anything of it shows that the process is at work. */
  readonly notice: z.ZodType<N>;
  /** How it ends a question. */
  readonly reply: z.ZodType<R>;
}

/** The replies that answer a question. */
export type AnsweredOf<R extends { readonly kind: string }> = Exclude<R, Refusal>;

export interface EngineProcessOptions<
  N extends { readonly kind: string },
  R extends { readonly kind: string },
> {
  readonly transport: Transport;
  readonly protocol: Protocol<N, R>;
  /** Milliseconds without any sign of progress after which the process counts as hung. */
  readonly stallTimeoutMs: number;
  /** Takes what a user should know, whatever was asked. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Highest resident set, in bytes, before the process is ended; `undefined`: no limit. */
  readonly memoryBytes?: number | undefined;
}

export interface AskOptions<N> {
  readonly onNotice?: (notice: N) => void;
  readonly signal: AbortSignal;
}

const PREDICATES = { 'out-of-memory': 'ran out of memory', failed: 'failed' } as const;

/** An engine's process as its parent sees it. It answers one question at a time. */
export class EngineProcess<N extends { readonly kind: string }, R extends { readonly kind: string }>
  implements AsyncDisposable
{
  readonly #transport: Transport;
  readonly #protocol: Protocol<N, R>;
  readonly #stallTimeoutMs: number;
  readonly #onNote: ((text: string) => void) | undefined;
  readonly #logTail: string[] = [];
  /** Resolves, when the process is gone and all that it sent has come, with how it ended. */
  readonly #ended: Promise<ProcessEnd & { readonly isKilled: boolean }>;
  readonly #memoryWatch: MemoryWatch | undefined;
  #excess: string | undefined;
  /** Whether we have sent the signal that ends the process. */
  #isEnding = false;
  #busy = false;

  constructor(options: EngineProcessOptions<N, R>) {
    this.#transport = options.transport;
    this.#protocol = options.protocol;
    this.#stallTimeoutMs = options.stallTimeoutMs;
    this.#onNote = options.onNote;
    this.#ended = this.#awaitEnd();
    this.#memoryWatch = this.#watchMemory(options.memoryBytes);
  }

  /**
   * Asks and waits for the answer. Throws `EvalkitError` where the process refuses. Anything else
   * that ends the question ends the process too: `EngineFailure` where it died, hung, failed or sent
   * what it must not, the signal's reason, or what `onNotice` threw.
   */
  async ask(question: unknown, options: AskOptions<N>): Promise<AnsweredOf<R>> {
    if (this.#busy) {
      throw new Error('the engine answers one question at a time');
    }
    this.#busy = true;
    try {
      const reply = await this.#exchange(question, options);
      if (isRefusal(reply) && reply.kind === 'refused') {
        throw new EvalkitError(reply.errorKind, reply.message);
      }
      return answered(reply);
    } finally {
      this.#busy = false;
    }
  }

  /** Tells the process something while it is at work on a question. */
  tell(message: unknown): void {
    this.#transport.send(message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill();
  }

  async #exchange(question: unknown, options: AskOptions<N>): Promise<R> {
    const outcome = Promise.withResolvers<R>();
    const watchdog = startWatchdog(this.#stallTimeoutMs, () => {
      const seconds = this.#stallTimeoutMs / 1000;
      outcome.reject(this.#failure('hung', `made no progress for ${seconds} s`));
    });
    const stopListening = this.#transport.listen((content) => {
      watchdog.reset();
      try {
        this.#take(content, { resolve: outcome.resolve, onNotice: options.onNotice });
      } catch (error) {
        outcome.reject(error);
      }
    });
    const onAbort = (): void => outcome.reject(options.signal.reason);
    void this.#ended.then((end) => outcome.reject(this.#death(end)));
    options.signal.addEventListener('abort', onAbort);
    try {
      if (options.signal.aborted) {
        onAbort();
      }
      this.#transport.send(question);
      const reply = await outcome.promise;
      if (isRefusal(reply) && reply.kind === 'failed') {
        throw this.#failure(reply.reason, `${PREDICATES[reply.reason]}: ${reply.message}`);
      }
      return reply;
    } catch (error) {
      await this.#kill();
      throw error;
    } finally {
      watchdog.stop();
      stopListening();
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  /** Reads a message: a note, another notice or the reply. */
  #take(
    content: unknown,
    to: { readonly resolve: (reply: R) => void; readonly onNotice: AskOptions<N>['onNotice'] },
  ): void {
    const note = noteSchema.safeParse(content);
    if (note.success) {
      this.#onNote?.(note.data.text);
      return;
    }
    const notice = this.#protocol.notice.safeParse(content);
    if (notice.success) {
      to.onNotice?.(notice.data);
      return;
    }
    const reply = this.#protocol.reply.safeParse(content);
    if (!reply.success) {
      const [issue] = reply.error.issues;
      throw this.#failure(
        'failed',
        `failed: its process sent a message that is none of the protocol (${issue?.path.join('.') || 'kind'}: ${issue?.message})`,
      );
    }
    to.resolve(reply.data);
  }

  #failure(reason: EngineFailure['reason'], message: string): EngineFailure {
    return new EngineFailure(reason, message, [...this.#logTail]);
  }

  #watchMemory(limitBytes: number | undefined): MemoryWatch | undefined {
    const { pid } = this.#transport;
    if (limitBytes === undefined || pid === undefined) {
      return undefined;
    }
    return watchMemory(pid, limitBytes, (bytes) => {
      this.#excess = `used ${prettyBytes(bytes)} of memory, over the limit of ${prettyBytes(limitBytes)}`;
      this.#transport.kill();
    });
  }

  #death({ how, isKilled }: { readonly how: string; readonly isKilled: boolean }): EngineFailure {
    if (this.#excess !== undefined) {
      return this.#failure('out-of-memory', this.#excess);
    }
    return this.#failure(isKilled ? 'killed' : 'died', how);
  }

  async #kill(): Promise<void> {
    this.#memoryWatch?.stop();
    this.#isEnding = true;
    this.#transport.kill();
    await this.#ended;
  }

  async #awaitEnd(): Promise<ProcessEnd & { readonly isKilled: boolean }> {
    const log = createInterface({ input: this.#transport.log });
    log.on('line', (line) => {
      this.#logTail.push(line);
      this.#logTail.splice(0, this.#logTail.length - LOG_LINES);
    });
    const closed = once(log, 'close');
    const end = await this.#transport.ended;
    // A SIGKILL that we did not send: the system's, where memory runs out.
    const isKilled = end.signal === 'SIGKILL' && !this.#isEnding;
    await closed;
    return { ...end, isKilled };
  }
}

function isRefusal(reply: { readonly kind: string }): reply is Refusal {
  return reply.kind === 'refused' || reply.kind === 'failed';
}

function answered<R extends { readonly kind: string }>(reply: R): AnsweredOf<R> {
  if (isRefusal(reply)) {
    throw new Error(`a refusal where an answer was expected: ${reply.kind}`);
  }
  // What is no refusal is an answer: TypeScript does not narrow a type parameter.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return reply as AnsweredOf<R>;
}

/** The answer of the kind that was asked for; anything else is a defect of the process. */
export function expectAnswer<A extends { readonly kind: string }, K extends A['kind']>(
  reply: A,
  kind: K,
): Extract<A, { readonly kind: K }> {
  if (!isKind(reply, kind)) {
    throw new Error(`the engine's process answered '${reply.kind}' where '${kind}' was asked`);
  }
  return reply;
}

function isKind<A extends { readonly kind: string }, K extends A['kind']>(
  reply: A,
  kind: K,
): reply is Extract<A, { readonly kind: K }> {
  return reply.kind === kind;
}
