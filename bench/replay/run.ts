import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { table } from 'table';
import { z } from 'zod';
import type { GenerationRequest, GenerationResult } from '../../src/engines/generation.ts';
import type { LlamaCppSession } from '../../src/engines/llama-cpp/process/session.ts';
import { DEFAULT_MAX_TOKENS, renderPrompt, stopRuleFor } from '../../src/suites/prompt.ts';
import { stopFor } from '../../src/engines/stop.ts';
import type { PromptStyle } from '../../src/records/plan.ts';
import { DEFAULT_SUITE } from '../../src/suites/index.ts';
import { humanevalTasks } from '../../test/fixtures/humaneval.ts';
import { openSession, SIGNAL } from '../engine/engine.ts';
import { modelPaths } from '../engine/models.ts';
import { type Job, jobsOf, keyOf, type Record, recordSchema } from './jobs.ts';
import { summaryRows } from './summary.ts';

/*
 * What reading along with a reference wins over plain decoding: each pair's candidate both ways, in turns,
 * and the floor of what differs by itself. Generation alone, raw, greedy. The file of --out makes it
 * resumable: what stands in it is not done again.
 *
 *     npm run bench:replay -- --out replay.jsonl --base qwen2.5-coder-0.5b --pairs f16:q8_0,f16:q4_0
 */

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    base: { type: 'string', default: 'qwen2.5-coder-0.5b' },
    /** Reference and candidate, as quantizations of the base. */
    pairs: { type: 'string', default: 'f16:q8_0,q4_k_m:q8_0,f16:q4_0' },
    /** The first so many, spread over the set. */
    tasks: { type: 'string', default: '164' },
    blocks: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '3' },
    parallel: { type: 'string', default: '16' },
    prompt: { type: 'string', default: 'raw' },
    threads: { type: 'string', default: String(availableParallelism()) },
    /** Without them only speed is measured. */
    floors: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const positive = z.coerce.number().int().positive();
const out = z.string({ error: '--out FILE is missing' }).parse(values.out);
const extent = {
  parallel: positive.parse(values.parallel),
  blocks: positive.parse(values.blocks),
  repeats: positive.parse(values.repeats),
};
const count = positive.parse(values.tasks);
const threads = positive.parse(values.threads);
const mode = z.enum(['raw', 'chat']).parse(values.prompt);

const pairs = values.pairs.split(',').map((text) => {
  const [reference = '', candidate = ''] = text.split(':');
  return { reference: `${values.base}:${reference}`, candidate: `${values.base}:${candidate}` };
});
const paths = await modelPaths([
  ...new Set(pairs.flatMap(({ reference, candidate }) => [reference, candidate])),
]);
const requests = await chosenRequests();
const records = new Map(
  (existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n') : [])
    .filter((line) => line !== '')
    .map((line) => recordSchema.parse(JSON.parse(line)))
    .map((record) => [record.key, record]),
);
const jobs = jobsOf(pairs, extent).filter(
  ({ reference, model, parallel }) =>
    values.floors || (reference !== model && parallel === extent.parallel),
);
const missing = jobs.filter((job) => !records.has(keyOf(job)));
for (const [index, job] of missing.entries()) {
  process.stderr.write(`${index + 1} of ${missing.length}: ${keyOf(job)}\n`);
  const record = await done(job);
  records.set(record.key, record);
  appendFileSync(out, `${JSON.stringify(record)}\n`);
}
const rows = summaryRows(pairs, extent, records);
process.stdout.write(
  `${requests.length} tasks, ${mode}, ${extent.parallel} at once, ${threads} threads\n${table(transposed(rows))}`,
);

async function chosenRequests(): Promise<GenerationRequest[]> {
  const tasks = await humanevalTasks();
  const step = tasks.length / Math.min(count, tasks.length);
  const chosen = tasks.filter(
    (_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step),
  );
  const { wording, instruction, answerPrefix } = DEFAULT_SUITE.prompts.chat;
  const style: PromptStyle =
    mode === 'raw' ? { mode } : { mode, wording, instruction, answerPrefix };
  const rule = stopRuleFor(style, DEFAULT_SUITE);
  return chosen.map((task) => ({
    id: task.taskId,
    prompt: renderPrompt(task, style),
    maxTokens: DEFAULT_MAX_TOKENS[mode],
    stop: stopFor(rule, task.entryPoint),
    decode: { mode: 'greedy' },
    seed: 0,
  }));
}

/** Each job in a process of its own, whose first pass over the weights is not timed. */
async function done(job: Job): Promise<Record> {
  const { parallel } = job;
  const path = paths.get(job.model) ?? '';
  await using session = await openSession(path, { threads, parallel, flash: 'auto' });
  const own = requests.filter((_, index) => index % extent.blocks === job.block);
  const encoded = await session.tokens.encode(own.map(({ prompt }) => prompt));
  const counts = encoded.map(({ length }) => length);
  const contextSize = Math.max(...counts) + DEFAULT_MAX_TOKENS[mode];
  const warmUp = own.slice(0, 1).map((request) => ({ ...request, maxTokens: 4 }));
  await session.generate({ requests: warmUp, contextSize, onResult: () => {}, signal: SIGNAL });
  const results: GenerationResult[] = [];
  const {
    wallMs,
    newTokens = 0,
    cpuMs = 0,
  } = await generate(job, session, {
    requests: own,
    contextSize,
    onResult: (result: GenerationResult) => results.push(result),
    signal: SIGNAL,
  });
  return {
    key: keyOf(job),
    wallMs,
    cpuMs,
    newTokens,
    drafted: results.reduce((sum, { replay }) => sum + (replay?.drafted ?? 0), 0),
    accepted: results.reduce((sum, { replay }) => sum + (replay?.accepted ?? 0), 0),
    completions: Object.fromEntries(
      results.map(({ id, text, tokens = [] }) => [id, { text, tokens: [...tokens] }]),
    ),
  };
}

function generate(
  { model, reference, ...at }: Job,
  session: LlamaCppSession,
  options: Parameters<LlamaCppSession['generate']>[0],
) {
  if (reference === undefined) {
    return session.generate(options);
  }
  const read = records.get(keyOf({ ...at, model: reference, repeat: 0 }));
  if (read === undefined) {
    throw new Error(`${model}: the completions of ${reference} are missing`);
  }
  const references = new Map(Object.entries(read.completions));
  return session.replay.generate({ ...options, references });
}

function transposed(rows_: readonly string[][]): string[][] {
  return (rows_[0] ?? []).map((_, column) => rows_.map((row) => row[column] ?? ''));
}
