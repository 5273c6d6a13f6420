import { setTimeout } from 'node:timers/promises';
import prettyMs from 'pretty-ms';
import type { ProgressSink } from '../../../records/progress.ts';
import { retryAfterMs } from '../../../records/retry-after.ts';

/** How patient a client is with a host that is busy or broken for a while. */
export interface PatienceOptions {
  /** Questions in all. */
  readonly attempts: number;
  /** Wait before the second question where the host names none; doubled each time. */
  readonly firstWaitMs: number;
  /** A host that asks for a longer wait is given up. */
  readonly longestWaitMs: number;
}

const DEFAULTS: PatienceOptions = { attempts: 4, firstWaitMs: 500, longestWaitMs: 60_000 };

/** Statuses that say: not now. */
const FOR_A_WHILE: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

interface Asked {
  readonly response: Response;
  readonly controller: AbortController;
}

/**
 * Asks again where the answer says that another time may do, after the wait that `Retry-After` names
 * (RFC 9110, 10.2.3: seconds or a date). The last answer comes back with why it was the last.
 */
export async function askPatiently(
  ask: () => Promise<Asked | Error>,
  options: {
    readonly signal: AbortSignal;
    readonly progress?: ProgressSink;
    readonly patience?: Partial<PatienceOptions>;
  },
): Promise<(Asked & { readonly impatience: string | undefined }) | Error> {
  const { attempts, firstWaitMs, longestWaitMs } = { ...DEFAULTS, ...options.patience };
  for (let attempt = 1; ; attempt += 1) {
    const asked = await ask();
    if (asked instanceof Error || !FOR_A_WHILE.has(asked.response.status)) {
      return asked instanceof Error ? asked : { ...asked, impatience: undefined };
    }
    const { status, statusText, headers } = asked.response;
    const waitMs = retryAfterMs(headers.get('retry-after')) ?? firstWaitMs * 2 ** (attempt - 1);
    if (waitMs > longestWaitMs) {
      return { ...asked, impatience: `, and it asks to wait ${prettyMs(waitMs)}; try again then` };
    }
    if (attempt === attempts) {
      return { ...asked, impatience: `, ${attempts} times; try again later` };
    }
    asked.controller.abort();
    const text = `hub: ${status} ${statusText}; asking again in ${prettyMs(waitMs)}`;
    options.progress?.({ kind: 'note', text });
    await setTimeout(waitMs, undefined, { signal: options.signal });
  }
}
