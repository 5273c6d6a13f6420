import type { TimedResult } from '../capabilities.ts';
import type { GenerationResult } from '../generation.ts';
import type { Answered } from './complete.ts';
import type { Dialect } from './dialects/dialect.ts';
import { newTokensOf } from './requests.ts';
import { ServerTrouble } from './trouble.ts';

/** So few tokens of a fast model may reach us in one packet. */
const FEW = 4;

/**
 * The times of a completion that was read to its end. TTFT is from the request's being handed over to the
 * first piece, so that the network is in it; decoding from the first piece to the last. Tokens are those
 * that the server counts, since a piece may hold several. Throws where that says nothing of a token.
 */
export function timedOf(
  result: GenerationResult,
  answered: Answered,
  { dialect, url }: { readonly dialect: Dialect; readonly url: string },
): TimedResult {
  const { usage, sentAt, firstAt, lastAt, endAt } = answered;
  const newTokens = answered.shownTokens ?? newTokensOf(answered, dialect);
  if (usage?.promptTokens === undefined || newTokens === undefined) {
    throw new ServerTrouble(
      'refused',
      `${url} did not count the tokens of ${result.id}, so that it cannot be timed`,
    );
  }
  const decodeMs = firstAt === undefined || lastAt === undefined ? 0 : lastAt - firstAt;
  const isAtOnce = decodeMs === 0 && newTokens > FEW;
  if (isAtOnce || (newTokens > 1 && answered.pieces === 1)) {
    throw new ServerTrouble(
      'refused',
      `${url} sent all ${newTokens} tokens of ${result.id} at once, so that they cannot be timed`,
    );
  }
  return {
    ...result,
    promptTokens: usage.promptTokens,
    newTokens,
    ttftMs: (firstAt ?? endAt) - sentAt,
    decodeMs,
  };
}
