import { describe, expect, test } from 'vitest';
import type { ScoringCapability, TokensCapability } from '../../src/engines/capabilities.ts';
import type { EngineSession } from '../../src/engines/engine.ts';
import type { ScoreWindow, WindowScores } from '../../src/engines/scoring.ts';

function of<T extends ScoringCapability | TokensCapability>(capability: T | undefined): T {
  if (capability === undefined) {
    throw new TypeError('an engine that scores shows its tokens too');
  }
  return capability;
}

const TEXT = 'def add(a, b):\n    return a + b\n';
const NEVER = new AbortController().signal;

/** All scores of some windows, in the order in which they came. */
export async function scoreAll(
  session: EngineSession,
  windows: readonly ScoreWindow[],
  top = 0,
): Promise<WindowScores[]> {
  const results: WindowScores[] = [];
  await of(session.scoring).score({
    windows,
    top,
    onResult: (scores) => results.push(scores),
    signal: NEVER,
  });
  return results;
}

/** A text as one window that scores all but its first token. */
export async function windowOf(session: EngineSession, text = TEXT): Promise<ScoreWindow> {
  const [tokenized] = await of(session.tokens).tokenize([text]);
  return { id: 'all', tokens: tokenized?.tokens ?? [], scoreFrom: 1 };
}

/** What every engine promises of scores. */
export function describeScoringContract(name: string, open: () => Promise<EngineSession>): void {
  describe(`the contract of scoring: ${name}`, () => {
    test("tokens stand for all of a text's bytes", async () => {
      const session = await open();
      const texts = [TEXT, 'x = "ä€😀"\n', '<|im_start|>'];
      const tokenized = await of(session.tokens).tokenize(texts);
      expect(tokenized.map(({ bytes }) => bytes.reduce((sum, count) => sum + count, 0))).toEqual(
        texts.map((text) => Buffer.byteLength(text)),
      );
      expect(tokenized.map(({ tokens }) => tokens.length)).toEqual(
        tokenized.map(({ bytes }) => bytes.length),
      );
    });

    test('each window is scored once, in order, with one probability a scored token', async () => {
      const session = await open();
      const window = await windowOf(session);
      const windows = [window, { ...window, id: 'later', scoreFrom: 5 }];
      const scores = await scoreAll(session, windows);
      expect(scores.map(({ id }) => id)).toEqual(['all', 'later']);
      expect(scores.map(({ logProbs }) => logProbs.length)).toEqual(
        windows.map(({ tokens, scoreFrom }) => tokens.length - scoreFrom),
      );
      expect(scores.flatMap(({ logProbs }) => logProbs).every((value) => value <= 0)).toBe(true);
      expect(scores.every(({ distributions }) => distributions === undefined)).toBe(true);
    });

    test('a token has the same probability wherever scoring begins', async () => {
      const session = await open();
      const window = await windowOf(session);
      const [all, later] = await scoreAll(session, [window, { ...window, scoreFrom: 5 }]);
      expect(later?.logProbs).toEqual(all?.logProbs.slice(4));
    });

    test('followed tokens come back with the probabilities that top gave them', async () => {
      const session = await open();
      const window = await windowOf(session);
      const [first] = await scoreAll(session, [window], 3);
      const follow = first?.distributions?.ids;
      const [second] = await scoreAll(session, [{ ...window, follow }], 3);
      expect(second?.distributions).toEqual(first?.distributions);
      expect(second?.logProbs).toEqual(first?.logProbs);
    });

    test('totals count the scored tokens', async () => {
      const session = await open();
      const window = await windowOf(session);
      const counts: number[] = [];
      const stats = await of(session.scoring).score({
        windows: [window, window],
        top: 0,
        onResult: () => undefined,
        onTokens: (tokens) => counts.push(tokens),
        signal: NEVER,
      });
      expect(stats.tokens).toBe(2 * (window.tokens.length - 1));
      expect(counts.at(-1)).toBe(stats.tokens);
      if (session.info.process === undefined) {
        expect(stats.peakRssBytes).toBeUndefined();
      } else {
        expect(stats.peakRssBytes).toBeGreaterThan(1_000_000);
      }
    });

    test('an aborted scoring rejects with the reason', async () => {
      const session = await open();
      const reason = new Error('enough');
      const scoring = of(session.scoring).score({
        windows: [await windowOf(session)],
        top: 0,
        onResult: () => undefined,
        signal: AbortSignal.abort(reason),
      });
      await expect(scoring).rejects.toBe(reason);
    });
  });
}
