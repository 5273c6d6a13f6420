import { setTimeout } from 'node:timers/promises';
import prettyMs from 'pretty-ms';
import { ServerTrouble } from './trouble.ts';

/** How patient a request is with a server. */
export interface Patience {
  /** Requests in all where an answer broke, or the server names no time. */
  readonly attempts: number;
  /** Wait before the second one; doubled each time. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** How long a server may be busy altogether, as one that loads a model for minutes. */
  readonly busyMs: number;
}

export const PATIENCE: Patience = {
  attempts: 6,
  firstWaitMs: 500,
  longestWaitMs: 15_000,
  busyMs: 600_000,
};

/** Statuses with which a server, or a proxy before it, asks for patience. */
const LOADING: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504]);

interface RetryOptions {
  readonly patience: Patience;
  /** Takes what is waited for. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Called before a request is sent again: throws where the server is no longer the same. */
  readonly beforeRetry?: (() => Promise<void>) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks again where another time may do, after the wait that the server names or an ever longer one.
 * Bounded: the last trouble is thrown.
 */
export async function patiently<T>(ask: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { patience, onNote, beforeRetry, signal } = options;
  const begun = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ServerTrouble) || !mayPass(error)) {
        throw error;
      }
      const ownWaitMs = Math.min(patience.firstWaitMs * 2 ** (attempt - 1), patience.longestWaitMs);
      // A server that says 0 is not asked a thousand times a second.
      const waitMs = Math.max(error.waitMs ?? ownWaitMs, patience.firstWaitMs);
      const spentMs = performance.now() - begun;
      const isLoading = error.kind === 'busy' && LOADING.has(error.status);
      const isOver = isLoading
        ? spentMs + waitMs > patience.busyMs
        : attempt >= patience.attempts || waitMs > patience.busyMs;
      if (isOver) {
        throw attempt === 1
          ? error
          : givenUp(error, `given up: tried ${attempt} times in ${prettyMs(spentMs)}`);
      }
      onNote?.(`${error.message}; asking again in ${prettyMs(waitMs)}`);
      await setTimeout(waitMs, undefined, { signal });
      await beforeRetry?.();
    }
  }
}

function mayPass({ kind }: ServerTrouble): boolean {
  return kind === 'busy' || kind === 'broken' || kind === 'unreachable';
}

function givenUp({ kind, message, status, body }: ServerTrouble, why: string): ServerTrouble {
  return new ServerTrouble(kind, `${message} (${why})`, {
    ...(status === undefined ? {} : { status }),
    body,
  });
}
