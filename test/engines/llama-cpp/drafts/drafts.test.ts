import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LlamaCppSession } from '../../../../src/engines/llama-cpp/process/session.ts';
import type { GenerationRequest, GenerationResult } from '../../../../src/engines/generation.ts';
import type { DraftCosts } from '../../../../src/records/draft-costs.ts';
import type { Decode } from '../../../../src/records/decode.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { makeTinyGguf, type TinyGgufOptions } from '../../../fixtures/tiny-gguf.ts';
import { generateAll, NEVER, openTiny, requestFor } from '../tiny-session.ts';

const PROMPTS = ['def add(a, b):\n', 'def fib(n):\n    ', 'class Point:\n', 'import os\n'];

/** Drafts cost next to nothing and so do passes, so that drafting always seems to pay. */
const CHEAP: DraftCosts = {
  stepMs: 1,
  draftToken: 0.01,
  draftCatchUp: 0.01,
  passes: [{ drafted: 8, cost: 1.1 }],
};
const LOOKUP: Decode = { mode: 'lookup', maxDraft: 8, ngramMin: 1, ngramMax: 3 };
const ASSISTED: Decode = {
  mode: 'assisted',
  maxDraft: 8,
  draft: {
    base: 'tiny',
    quantization: 'f16',
    weights: { kind: 'file', name: 'draft.gguf', sha256: '0'.repeat(64), bytes: 1 },
    provenance: { kind: 'local' },
    instruct: false,
  },
};

async function tinyFile(options?: TinyGgufOptions): Promise<string> {
  const path = join(temporaryFolder(), 'draft.gguf');
  await makeTinyGguf(path, options);
  return path;
}

async function generateWith(
  session: LlamaCppSession,
  requests: readonly GenerationRequest[],
  draftCosts: DraftCosts = CHEAP,
) {
  return generateAll(session, requests, { draftCosts });
}

function withoutDraft({ draft, ...result }: GenerationResult): Omit<GenerationResult, 'draft'> {
  expect(draft?.passes).toBeGreaterThan(0);
  return result;
}

function requestsFor(decode: Decode): GenerationRequest[] {
  return PROMPTS.map((prompt) => requestFor(prompt, { decode }));
}

test.each([
  ['the model itself', 1],
  ['another model', 2],
])('drafted by %s, answers are those of plain greedy decoding', async (_, seed) => {
  const session = await openTiny();
  const greedy = await generateWith(session, requestsFor({ mode: 'greedy' }));
  await session.drafts.load(await tinyFile({ seed }));
  const drafted = await generateWith(session, requestsFor(ASSISTED));
  expect(drafted.map(withoutDraft)).toEqual(greedy);
  expect(drafted[0]?.draft?.drafted).toBeGreaterThan(0);
});

test('looked up, too', async () => {
  const session = await openTiny();
  const greedy = await generateWith(session, requestsFor({ mode: 'greedy' }));
  const drafted = await generateWith(session, requestsFor(LOOKUP));
  expect(drafted.map(withoutDraft)).toEqual(greedy);
});

test('what is refused is soon drafted no more', async () => {
  const session = await openTiny();
  await session.drafts.load(await tinyFile({ seed: 2 }));
  const request = requestFor('def f():\n', { decode: ASSISTED });
  const dearer = { ...CHEAP, draftToken: 0.2, passes: [{ drafted: 8, cost: 3 }] };
  const [result] = await generateWith(session, [request], dearer);
  expect(result?.draft?.accepted).toBe(0);
  expect(result?.draft?.drafted).toBeLessThan(20);
});

test('without anything to win nothing is drafted', async () => {
  const session = await openTiny();
  const dear = { ...CHEAP, passes: [{ drafted: 8, cost: 9 }] };
  const drafted = await generateWith(session, requestsFor(LOOKUP), dear);
  expect(drafted.map(({ draft }) => draft?.drafted)).toEqual([0, 0, 0, 0]);
  expect(drafted[0]?.draft?.passes).toBe(40);
});

test('an answer with drafts does not depend on those before it', async () => {
  const session = await openTiny();
  await session.drafts.load(await tinyFile());
  const all = await generateWith(session, requestsFor(ASSISTED));
  const last = await generateWith(session, requestsFor(ASSISTED).slice(-1));
  expect(last).toEqual(all.slice(-1));
});

test('costs are measured once, recorded, and those given are used', async () => {
  const session = await openTiny();
  const request = requestFor('def f():\n', { decode: LOOKUP });
  const timing = { request, contextSize: 512, signal: NEVER };
  const first = await session.timing.time(timing);
  const second = await session.timing.time(timing);
  expect(first.draftCosts?.passes.map(({ drafted }) => drafted)).toEqual([1, 2, 4, 8]);
  expect(second.draftCosts).toEqual(first.draftCosts);
  const third = await session.timing.time({ ...timing, draftCosts: CHEAP });
  expect(third.draftCosts).toEqual(CHEAP);
  expect(third.draft?.drafted).toBeGreaterThan(0);
});

test('a draft model of another vocabulary is refused with what differs, and the session lives', async () => {
  const session = await openTiny();
  await expect(
    session.drafts.load(await tinyFile({ vocabulary: 'starcoder' })),
  ).rejects.toMatchObject({
    name: 'EvalkitError',
    kind: 'usage',
    message: expect.stringMatching(/its tokenizer is gpt2\/starcoder, the model's gpt2\/qwen2/),
  });
  const info = await session.drafts.load(await tinyFile());
  expect(info.loadMs).toBeGreaterThan(0);
  expect(info.rssBeforeBytes).toBeGreaterThan(1_000_000);
});

test('assisted decoding without a draft model is refused with what to do', async () => {
  const session = await openTiny();
  await expect(generateAll(session, requestsFor(ASSISTED))).rejects.toThrow(
    /name one with --draft/,
  );
});
