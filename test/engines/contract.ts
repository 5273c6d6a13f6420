import { describe, expect, test } from 'vitest';
import type { EngineSession, GenerationRequest } from '../../src/engines/engine.ts';

export interface ContractSubject {
  /** A session with a model that goes on until the token cap. */
  readonly open: (parallel: number) => Promise<EngineSession>;
  /** A request for at least 8 tokens. */
  readonly request: (id: string) => GenerationRequest;
}

/** What every engine promises, whatever it runs. */
export function describeEngineContract(name: string, subject: ContractSubject): void {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const requests = ids.map(subject.request);

  async function generate(session: EngineSession, signal = new AbortController().signal) {
    const results = new Map<string, string>();
    const newTokens: number[] = [];
    const stats = await session.generate({
      requests,
      contextSize: 512,
      onResult: ({ id, text }) => {
        expect(results.has(id)).toBe(false);
        results.set(id, text);
      },
      onNewTokens: (tokens) => newTokens.push(tokens),
      signal,
    });
    return { results, newTokens, stats };
  }

  describe(`the contract of engines: ${name}`, () => {
    test.each([1, 4])('with %i at once each request is answered once', async (parallel) => {
      const { results } = await generate(await subject.open(parallel));
      expect([...results.keys()].toSorted()).toEqual(ids);
    });

    test.each([1, 4])('with %i at once a second run gives the same texts', async (parallel) => {
      const session = await subject.open(parallel);
      const first = await generate(session);
      expect((await generate(session)).results).toEqual(first.results);
    });

    test('counts add up', async () => {
      const session = await subject.open(4);
      const { newTokens, stats } = await generate(session);
      const counts = await session.countTokens(requests.map(({ prompt }) => prompt));
      expect(stats.promptTokens).toBe(counts.reduce((sum, count) => sum + count, 0));
      expect(stats.newTokens).toBe(requests.reduce((sum, { maxTokens }) => sum + maxTokens, 0));
      expect(newTokens.at(-1)).toBe(stats.newTokens);
      expect(newTokens).toEqual(newTokens.toSorted((one, other) => one - other));
      expect(stats.peakRssBytes).toBeGreaterThan(1_000_000);
    });

    test('nothing asked is nothing answered', async () => {
      const session = await subject.open(4);
      const stats = await session.generate({
        requests: [],
        contextSize: 512,
        onResult: () => expect.unreachable(),
        signal: new AbortController().signal,
      });
      expect(stats.newTokens).toBe(0);
    });

    test('a timed answer is the one that is generated, with its times', async () => {
      const session = await subject.open(1);
      const { results } = await generate(session);
      const timed = await session.time({
        request: subject.request('a'),
        contextSize: 512,
        signal: new AbortController().signal,
      });
      expect(timed.text).toBe(results.get('a'));
      expect(timed.tokens.length).toBeGreaterThanOrEqual(8);
      expect(timed.ttftMs).toBeGreaterThan(0);
      expect(timed.decodeMs).toBeGreaterThan(0);
      expect(timed.peakRssBytes).toBeGreaterThan(1_000_000);
      expect(timed.draft).toBeUndefined();
    });

    test.each([1, 4])('%i sequences of fixed lengths are timed', async (sequences) => {
      const session = await subject.open(1);
      const result = await session.benchmark({
        sequences,
        promptTokens: 16,
        newTokens: 8,
        signal: new AbortController().signal,
      });
      expect(result.prefillMs).toBeGreaterThan(0);
      expect(result.decodeMs).toBeGreaterThan(0);
      expect(result.peakRssBytes).toBeGreaterThan(100_000);
      expect(result.contextSize).toBe(24);
    });

    test('an aborted run rejects with the reason', async () => {
      const session = await subject.open(1);
      const reason = new Error('enough');
      await expect(generate(session, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
