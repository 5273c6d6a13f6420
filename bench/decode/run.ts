import { availableParallelism, tmpdir } from 'node:os';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { table } from 'table';
import { z } from 'zod';
import type { TimedResult } from '../../src/engines/capabilities.ts';
import type { LlamaCppSession } from '../../src/engines/llama-cpp/process/session.ts';
import type { GenerationRequest } from '../../src/engines/generation.ts';
import { LOOKUP_NGRAMS } from '../../src/modes/lookup.ts';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import { DEFAULT_SUITE } from '../../src/suites/index.ts';
import { stopRuleFor } from '../../src/suites/prompt.ts';
import { bootstrapInterval } from '../../src/metrics/bootstrap.ts';
import type { Decode } from '../../src/records/decode.ts';
import { humanevalTasks } from '../../test/fixtures/humaneval.ts';

/*
 * What drafts win or lose: HumanEval tasks, raw and greedy, one answer at a time; plain greedy,
 * assisted and lookup one after the other for each task, and `llama-speculative-simple` (its own
 * defaults) with the same pair, prompt and number of tokens.
 *
 *     npm run bench:decode -- --model TARGET.gguf --draft DRAFT.gguf --tasks 4 \
 *       --peer path/to/llama-speculative-simple --peer-libs path/to/its/libraries
 */

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    draft: { type: 'string' },
    tasks: { type: 'string', default: '4' },
    repeats: { type: 'string', default: '1' },
    'max-tokens': { type: 'string', default: '128' },
    'max-draft': { type: 'string', default: '8' },
    threads: { type: 'string', default: String(availableParallelism()) },
    /** The command; without it the comparison is left out. */
    peer: { type: 'string' },
    /** The folder of the libraries that the peer was linked with. */
    'peer-libs': { type: 'string' },
  },
});
const positive = z.coerce.number().int().positive();
const options = {
  model: z.string({ error: '--model PATH is missing' }).parse(values.model),
  draft: z.string({ error: '--draft PATH is missing' }).parse(values.draft),
  tasks: positive.parse(values.tasks),
  repeats: positive.parse(values.repeats),
  maxTokens: positive.parse(values['max-tokens']),
  maxDraft: positive.parse(values['max-draft']),
  threads: positive.parse(values.threads),
};

const CONTEXT_SIZE = 1024;
const NEVER = new AbortController().signal;
const DRAFT_RECORD = {
  base: 'draft',
  quantization: 'any',
  weights: { kind: 'file', name: basename(options.draft), sha256: '0'.repeat(64), bytes: 1 },
  provenance: { kind: 'local' },
  instruct: true,
} as const;
const { maxDraft } = options;
const MODES: Readonly<Record<string, Decode>> = {
  greedy: { mode: 'greedy' },
  assisted: { mode: 'assisted', draft: DRAFT_RECORD, maxDraft },
  lookup: { mode: 'lookup', maxDraft, ...LOOKUP_NGRAMS },
};

/** TPOT in milliseconds by mode, one value a task. */
const tpots: Record<string, number[]> = {};
const counts: Record<
  string,
  { drafted: number; accepted: number; passes: number; tokens: number }
> = {};
let differing = 0;

const engine = createLlamaCppEngine({ env: process.env });
await using session = await engine.open({
  modelPath: options.model,
  threads: options.threads,
  parallel: 1,
  settings: {
    contextSize: CONTEXT_SIZE,
    batchSize: 512,
    flash: 'auto',
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    gpuLayers: 0,
  },
  signal: NEVER,
});
const draftInfo = await session.drafts.load(options.draft);
const prompts = await chosenPrompts();
for (const [mode, decode] of Object.entries(MODES)) {
  const { draftCosts } = await session.timing.time(timeOptions(requestFor('warm-up', decode, 8)));
  if (draftCosts !== undefined) {
    process.stdout.write(`${mode}: ${JSON.stringify(draftCosts)}\n`);
  }
}
for (const [index, prompt] of prompts.entries()) {
  const results = await timeOurs(session, prompt, index);
  const tokens = results['greedy']?.newTokens ?? 0;
  await timePeer(prompt, tokens);
  process.stderr.write(`${index + 1} of ${prompts.length} tasks\n`);
}
report();

async function chosenPrompts(): Promise<string[]> {
  const tasks = await humanevalTasks();
  // Spread over the whole set, since it is ordered by kind.
  const step = tasks.length / options.tasks;
  return Array.from(
    { length: options.tasks },
    (_, index) => tasks[Math.floor((index + 0.5) * step)]?.prompt ?? '',
  );
}

function requestFor(prompt: string, decode: Decode, maxTokens: number): GenerationRequest {
  const stop = stopRuleFor({ mode: 'raw' }, DEFAULT_SUITE);
  return { id: 'bench', prompt: { kind: 'text', text: prompt }, maxTokens, stop, decode, seed: 0 };
}

function timeOptions(request: GenerationRequest) {
  return { request, contextSize: CONTEXT_SIZE, signal: NEVER };
}

/** Times a prompt in all modes, each time in another order. */
async function timeOurs(open: LlamaCppSession, prompt: string, index: number) {
  const names = Object.keys(MODES);
  const samples: Record<string, number[]> = {};
  const results: Record<string, TimedResult> = {};
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    for (const offset of names.keys()) {
      const mode = names[(offset + index + repeat) % names.length] ?? '';
      const request = requestFor(prompt, MODES[mode] ?? { mode: 'greedy' }, options.maxTokens);
      const result = await open.timing.time(timeOptions(request));
      results[mode] = result;
      (samples[mode] ??= []).push(result.decodeMs / (result.newTokens - 1));
    }
  }
  for (const [mode, values_] of Object.entries(samples)) {
    (tpots[mode] ??= []).push(middle(values_));
    const total = (counts[mode] ??= { drafted: 0, accepted: 0, passes: 0, tokens: 0 });
    const { draft, newTokens } = results[mode] ?? {};
    total.drafted += draft?.drafted ?? 0;
    total.accepted += draft?.accepted ?? 0;
    total.passes += draft?.passes ?? 0;
    total.tokens += newTokens ?? 0;
    differing += results['greedy']?.text === results[mode]?.text ? 0 : 1;
  }
  return results;
}

/** Times the peer on the same prompt for as many tokens as ours gave. */
async function timePeer(prompt: string, tokens: number): Promise<void> {
  if (values.peer === undefined) {
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'evalkit-bench-'));
  try {
    const file = join(folder, 'prompt.txt');
    writeFileSync(file, prompt);
    (tpots['peer'] ??= []).push(await peerTpot(values.peer, file, tokens));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function peerTpot(command: string, file: string, tokens: number): Promise<number> {
  const libraries = values['peer-libs'];
  const { all } = await execa({
    all: true,
    stripFinalNewline: false,
    env: libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries },
  })(command, peerArguments(file, tokens));
  const decoded = /decoded\s+(\d+) tokens in\s+([\d.]+) seconds/.exec(all);
  if (decoded === null) {
    throw new Error(`${command} printed no speed:\n${all.slice(-2000)}`);
  }
  return (Number(decoded[2]) * 1000) / Number(decoded[1]);
}

function peerArguments(file: string, tokens: number): string[] {
  return [
    ['-m', options.model, '-md', options.draft, '-f', file, '-n', String(tokens)],
    ['-t', String(options.threads), '-c', String(CONTEXT_SIZE), '--temp', '0'],
    ['--spec-type', 'draft-simple'],
  ].flat();
}

function report(): void {
  const rows = [
    ['a / b', 'n', 'speed of a / speed of b', '95 % interval'],
    ...pairs().map(([name, one, other]) => [name, ...ratio(one, other)]),
  ];
  process.stdout.write(table(rows));
  for (const [mode, total] of Object.entries(counts)) {
    const tpot = (tpots[mode] ?? []).map((ms) => ms.toFixed(1)).join(' ');
    process.stdout.write(`${mode}: TPOT ms ${tpot}; ${JSON.stringify(total)}\n`);
  }
  const peer = tpots['peer']?.map((ms) => ms.toFixed(1)).join(' ') ?? 'left out: no --peer';
  process.stdout.write(`peer: TPOT ms ${peer}\n`);
  process.stdout.write(`answers that differ from greedy's: ${differing}\n`);
  const megabytes = (draftInfo.rssAfterBytes - draftInfo.rssBeforeBytes) / 1e6;
  process.stdout.write(`the draft's memory: ${megabytes.toFixed(0)} MB\n`);
}

function tpotsOf(mode: string): number[] {
  return tpots[mode] ?? [];
}

/** What is compared: names, and the TPOTs of both sides. */
function pairs(): [string, number[], number[]][] {
  const peer: [string, number[], number[]][] = [
    ['peer / greedy', tpotsOf('peer'), tpotsOf('greedy')],
    ['assisted / peer', tpotsOf('assisted'), tpotsOf('peer')],
  ];
  return [
    ['assisted / greedy', tpotsOf('assisted'), tpotsOf('greedy')],
    ['lookup / greedy', tpotsOf('lookup'), tpotsOf('greedy')],
    ...(values.peer === undefined ? [] : peer),
  ];
}

/** The geometric mean of the tasks' ratios of speeds, which are inverse to the TPOTs. */
function ratio(one: readonly number[], other: readonly number[]): string[] {
  const logs = one.map((ms, index) => Math.log((other[index] ?? Number.NaN) / ms));
  const [low, high] = bootstrapInterval(logs, geometricMean);
  return [
    String(logs.length),
    geometricMean(logs).toFixed(3),
    `${low.toFixed(3)} to ${high.toFixed(3)}`,
  ];
}

function geometricMean(logs: readonly number[]): number {
  return Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
}

function middle(samples: readonly number[]): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
