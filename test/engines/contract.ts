import { describe, expect, test } from 'vitest';
import { CAPABILITIES, type Capability } from '../../src/engines/capabilities.ts';
import type { EngineSession } from '../../src/engines/engine.ts';
import type { GenerationRequest } from '../../src/engines/generation.ts';
import { describeScoringContract } from './scoring-contract.ts';

export interface ContractSubject {
  readonly capabilities: ReadonlySet<Capability>;
  /** A session with a model that goes on until the token cap, where tokens are shown. */
  readonly open: (parallel: number) => Promise<EngineSession>;
  /** A request for at least two tokens, or for a completion that the engine knows. */
  readonly request: (id: string) => GenerationRequest;
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const NEVER = new AbortController().signal;

/** A capability's object, which a session has where its engine lists the capability. */
export function of<T>(capability: T | undefined): T {
  if (capability === undefined) {
    throw new TypeError('the session lacks a capability that its engine lists');
  }
  return capability;
}

async function generate(session: EngineSession, subject: ContractSubject, signal = NEVER) {
  const results = new Map<string, string>();
  const newTokens: number[] = [];
  const stats = await session.generate({
    requests: IDS.map(subject.request),
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

/** What every engine promises, whatever it runs, and what each of its capabilities does. */
export function describeEngineContract(name: string, subject: ContractSubject): void {
  describe(`the contract of engines: ${name}`, () => {
    test.each([1, 4])('with %i at once each request is answered once', async (parallel) => {
      const { results } = await generate(await subject.open(parallel), subject);
      expect([...results.keys()].toSorted()).toEqual(IDS);
    });

    test.each([1, 4])('with %i at once a second run gives the same texts', async (parallel) => {
      const session = await subject.open(parallel);
      const first = await generate(session, subject);
      expect((await generate(session, subject)).results).toEqual(first.results);
    });

    test('nothing asked is nothing answered', async () => {
      const session = await subject.open(4);
      const stats = await session.generate({
        requests: [],
        contextSize: 512,
        onResult: () => expect.unreachable(),
        signal: NEVER,
      });
      expect(stats.newTokens).toBe(subject.capabilities.has('tokens') ? 0 : undefined);
    });

    test('an aborted run rejects with the reason', async () => {
      const session = await subject.open(1);
      const reason = new Error('enough');
      await expect(generate(session, subject, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    test('a session has what its engine lists, and nothing else', async () => {
      const { info, ...session } = await subject.open(1);
      const found = CAPABILITIES.filter(
        (capability) =>
          (capability === 'process' ? info.process : session[capability]) !== undefined,
      );
      expect(new Set(found)).toEqual(subject.capabilities);
    });
  });
  for (const capability of subject.capabilities) {
    SUITES[capability](name, subject);
  }
}

/** One suite a capability. */
const SUITES: Readonly<Record<Capability, (name: string, subject: ContractSubject) => void>> = {
  tokens: (name, subject) =>
    test(`${name}: prompts encode to as many tokens as are evaluated`, async () => {
      const session = await subject.open(4);
      const { newTokens, stats } = await generate(session, subject);
      const requests = IDS.map(subject.request);
      const prompts = await of(session.tokens).encode(requests.map(({ prompt }) => prompt));
      expect(stats.promptTokens).toBe(prompts.flat().length);
      expect(stats.newTokens).toBe(requests.reduce((sum, { maxTokens }) => sum + maxTokens, 0));
      expect(newTokens.at(-1)).toBe(stats.newTokens);
      expect(newTokens).toEqual(newTokens.toSorted((one, other) => one - other));
    }),
  process: (name, subject) =>
    test(`${name}: its process tells threads and memory`, async () => {
      const session = await subject.open(1);
      const { stats } = await generate(session, subject);
      expect(session.info.process?.threads).toBeGreaterThan(0);
      expect(stats.peakRssBytes).toBeGreaterThan(1_000_000);
    }),
  benchmark: (name, subject) =>
    test.each([1, 4])(`${name}: %i sequences of fixed lengths are timed`, async (sequences) => {
      const session = await subject.open(1);
      const shape = { sequences, promptTokens: 16, newTokens: 8 };
      const result = await of(session.benchmark).run({ ...shape, signal: NEVER });
      expect(result.prefillMs).toBeGreaterThan(0);
      expect(result.decodeMs).toBeGreaterThan(0);
      expect(result.contextSize).toBe(24);
    }),
  timing: (name, subject) =>
    test(`${name}: a timed completion is the one that is generated`, async () => {
      const session = await subject.open(1);
      const { results } = await generate(session, subject);
      const request = subject.request('a');
      const timed = await of(session.timing).time({ request, contextSize: 512, signal: NEVER });
      expect(timed.text).toBe(results.get('a'));
      expect(timed.newTokens).toBeGreaterThan(1);
      expect(timed.ttftMs).toBeGreaterThan(0);
      expect(timed.decodeMs).toBeGreaterThan(0);
      expect(timed.draft).toBeUndefined();
    }),
  throughput: (name, subject) =>
    test.each([1, 4])(`${name}: a round of requests is timed, %i at once`, async (parallel) => {
      const session = await subject.open(1);
      const prompts = IDS.map((id) => subject.request(id).prompt);
      const options = { prompts, newTokens: 4, parallel, signal: NEVER };
      const result = await of(session.throughput).run(options);
      expect(result.requests).toBe(IDS.length);
      expect(result.newTokens).toBeLessThanOrEqual(4 * IDS.length);
      expect(result.promptTokens).toBeGreaterThan(0);
      expect(result.wallMs).toBeGreaterThan(0);
    }),
  scoring: (name, subject) => describeScoringContract(name, () => subject.open(1)),
  // What drafts do to completions and counts is tested where a second model is at hand.
  drafts: (name, subject) =>
    test(`${name}: a draft that is not a model is refused`, async () => {
      const session = await subject.open(1);
      await expect(of(session.drafts).load('/nowhere/draft.gguf')).rejects.toThrow(/draft\.gguf/);
    }),
  replay: (name, subject) =>
    test.each([1, 4])(`${name}: %i at once replay to what they are anyway`, async (parallel) => {
      const session = await subject.open(parallel);
      const { results, stats } = await generate(session, subject);
      const texts = new Map<string, string>();
      const replayed = await of(session.replay).generate({
        requests: IDS.map(subject.request),
        contextSize: 512,
        references: new Map([...results].slice(1).map(([id, text]) => [id, { text }])),
        onResult: ({ id, text }) => texts.set(id, text),
        signal: NEVER,
      });
      expect(new Map([...texts].toSorted())).toEqual(new Map([...results].toSorted()));
      expect(replayed.newTokens).toBe(stats.newTokens);
    }),
};
