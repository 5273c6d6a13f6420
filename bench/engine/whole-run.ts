import { median } from 'simple-statistics';
import { z } from 'zod';
import pMap from 'p-map';
import type { LlamaCppSession } from '../../src/engines/llama-cpp/process/session.ts';
import type { GenerationRequest, Pass } from '../../src/engines/generation.ts';
import { DEFAULT_SUITE } from '../../src/suites/index.ts';
import { DEFAULT_MAX_TOKENS, renderPrompt, stopRuleFor } from '../../src/suites/prompt.ts';
import type { Task } from '../../src/records/task.ts';
import { batchedBenchRates } from './batched-bench.ts';
import { measureRates, openSession, type Rates, SIGNAL } from './engine.ts';
import type { Peers, Setting } from './peers.ts';
import { traceTable } from './trace.ts';

const PARALLEL = 16;
const CONTEXT_STEP = 256;
/** How often each rate is measured before the run, and again after it. */
const RATE_TURNS = 1;

const RAW = { mode: 'raw' } as const;

export interface WholeRunOptions {
  readonly tasks: readonly Task[];
  readonly threads: number | undefined;
  readonly peers: Peers | undefined;
  /** Whether llama-server does the same beside it. */
  readonly server: boolean;
}

/**
 * All tasks raw and greedy, generation only, against the time that the rates of fixed lengths leave
 * as a floor; the rates are measured before and after it in the same run.
 */
export async function benchWholeRun(modelPath: string, options: WholeRunOptions): Promise<string> {
  const { tasks, peers } = options;
  await using session = await openSession(modelPath, {
    threads: options.threads,
    parallel: PARALLEL,
  });
  const requests = tasks.map(requestFor);
  const encoded = await session.tokens.encode(requests.map(({ prompt }) => prompt));
  const counts = encoded.map(({ length }) => length);
  const contextSize =
    Math.ceil((Math.max(...counts) + DEFAULT_MAX_TOKENS.raw) / CONTEXT_STEP) * CONTEXT_STEP;
  const setting = { modelPath, threads: session.info.process.threads };
  const before = await measureBoth(session, { setting, peers });
  const passes: Pass[] = [];
  const stats = await session.generate({
    requests,
    contextSize,
    onResult: () => {},
    onPass: (pass) => passes.push(pass),
    signal: SIGNAL,
  });
  const after = await measureBoth(session, { setting, peers });
  const lines = [
    `${requests.length} tasks, ${stats.promptTokens} prompt and ${stats.newTokens} new tokens, context ${contextSize}: ${seconds(stats.wallMs)} s`,
    floorText("evalkit's rates", stats, [...before.ours, ...after.ours]),
    floorText("llama-batched-bench's rates", stats, [...before.peers, ...after.peers]),
    '',
    traceTable(passes),
  ];
  if (options.server && peers !== undefined) {
    lines.push(await serverText(peers, setting, { requests, contextSize }));
  }
  return `${lines.join('\n')}\n`;
}

function requestFor(task: Task): GenerationRequest {
  return {
    id: task.taskId,
    prompt: renderPrompt(task, RAW),
    maxTokens: DEFAULT_MAX_TOKENS.raw,
    stop: stopRuleFor(RAW, DEFAULT_SUITE),
    decode: { mode: 'greedy' },
    seed: 0,
  };
}

async function measureBoth(
  session: LlamaCppSession,
  { setting, peers }: { readonly setting: Setting; readonly peers: Peers | undefined },
): Promise<{ readonly ours: Rates[]; readonly peers: Rates[] }> {
  const rates: { ours: Rates[]; peers: Rates[] } = { ours: [], peers: [] };
  const lengths = { promptTokens: 128, newTokens: 32 };
  for (let turn = 0; turn < RATE_TURNS; turn += 1) {
    rates.ours.push(await measureRates(session, { sequences: PARALLEL, ...lengths }));
    if (peers !== undefined) {
      const shape = { sequences: [PARALLEL], ...lengths };
      rates.peers.push(...(await batchedBenchRates(peers, setting, shape)).values());
    }
  }
  return rates;
}

interface Totals {
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly wallMs: number;
}

function floorText(name: string, totals: Totals, rates: readonly Rates[]): string {
  if (rates.length === 0) {
    return `by ${name}: left out`;
  }
  const prefill = median(rates.map((rate) => rate.prefill));
  const decode = median(rates.map((rate) => rate.decode));
  const floorMs = 1_000 * (totals.promptTokens / prefill + totals.newTokens / decode);
  return `by ${name} (prefill ${prefill.toFixed(1)}, decode ${decode.toFixed(1)} tok/s, medians of ${rates.length}): floor ${seconds(floorMs)} s, run / floor ${(totals.wallMs / floorMs).toFixed(3)}`;
}

const completionSchema = z.object({ tokens_evaluated: z.int(), tokens_predicted: z.int() });

/** The same prompts, stops and cap by llama-server, as many requests at once as it has slots. */
async function serverText(
  peers: Peers,
  setting: Setting,
  job: { readonly requests: readonly GenerationRequest[]; readonly contextSize: number },
): Promise<string> {
  const totals = await peers.serve(
    setting,
    { slots: PARALLEL, contextSize: job.contextSize },
    async (url): Promise<Totals> => {
      const start = performance.now();
      const answers = await pMap(job.requests, (request) => complete(url, request), {
        concurrency: PARALLEL,
      });
      return {
        wallMs: performance.now() - start,
        promptTokens: answers.reduce((sum, answer) => sum + answer.tokens_evaluated, 0),
        newTokens: answers.reduce((sum, answer) => sum + answer.tokens_predicted, 0),
      };
    },
  );
  return `llama-server, ${PARALLEL} slots: ${totals.promptTokens} prompt and ${totals.newTokens} new tokens: ${seconds(totals.wallMs)} s`;
}

async function complete(url: string, { prompt, maxTokens, stop }: GenerationRequest) {
  const response = await fetch(`${url}/completion`, {
    method: 'POST',
    body: JSON.stringify({
      prompt: prompt.kind === 'text' ? prompt.text : '',
      n_predict: maxTokens,
      temperature: 0,
      cache_prompt: false,
      stop: stop.kind === 'sequences' ? stop.sequences : [],
    }),
  });
  return completionSchema.parse(await response.json());
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
