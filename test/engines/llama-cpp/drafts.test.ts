import { join } from 'node:path';
import { expect, test } from 'vitest';
import type {
  EngineSession,
  GenerationRequest,
  GenerationResult,
} from '../../../src/engines/engine.ts';
import type { DraftCosts } from '../../../src/records/draft-costs.ts';
import type { Decode } from '../../../src/records/plan.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf, type TinyGgufOptions } from '../../fixtures/tiny-gguf.ts';
import { generateAll, openTiny, requestFor } from './tiny-session.ts';

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
    file: { name: 'draft.gguf', sha256: '0'.repeat(64), bytes: 1 },
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
  session: EngineSession,
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
  await session.loadDraft(await tinyFile({ seed }));
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
