import type { TimedResult } from '../../src/engines/capabilities.ts';
import { EngineFailure, type EngineSession } from '../../src/engines/engine.ts';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import { planSettings as planLlamaCpp } from '../../src/engines/llama-cpp/settings.ts';
import { createTorchEngine } from '../../src/engines/torch/engine.ts';
import { planSettings } from '../../src/engines/torch/settings.ts';
import { EvalkitError } from '../../src/records/error.ts';
import type { LoadAudit } from '../../src/records/load-audit.ts';
import { median } from 'simple-statistics';

/** What is timed. */
export interface Lengths {
  readonly tokens: number;
  readonly rounds: number;
  readonly threads: number | undefined;
}

/** One way to run the weights. */
export interface Row {
  readonly name: string;
  /** Why there are no figures. */
  readonly notRun?: string;
  readonly loadMs?: number;
  readonly peakRssBytes?: number | undefined;
  readonly promptTokens?: number | undefined;
  /** What it answered: the same weights should say much the same. */
  readonly text?: string | undefined;
  /** Milliseconds of all processors, which work beside it does not stretch as it does wall time. */
  readonly prefillCpuMs?: number;
  readonly tokenCpuMs?: number;
  /** Tokens a second, the median of the rounds. */
  readonly prefill?: number;
  readonly decode?: number;
  readonly rounds?: number;
  readonly audit?: LoadAudit | undefined;
}

type Measured = Omit<Row, 'name'>;

const { signal } = new AbortController();

/** A variant of the torch engine, in the environment that is installed for it. */
export async function measureVariant(
  variant: string,
  from: Lengths & { readonly folder: string; readonly calibration: string | undefined },
): Promise<Measured> {
  const options = { calibration: from.calibration };
  try {
    const [choice] = planSettings('benchmark', options, variant);
    if (choice?.impossible !== undefined) {
      return { notRun: choice.impossible };
    }
    const engine = await createTorchEngine({
      env: process.env,
      cwd: process.cwd(),
      options,
      variants: [variant],
    });
    await using session = await engine.open({
      modelPath: from.folder,
      threads: from.threads,
      parallel: 1,
      settings: choice?.settings ?? {},
      signal,
    });
    return await measure(session, from);
  } catch (error) {
    if (error instanceof EvalkitError || error instanceof EngineFailure) {
      return { notRun: error.message };
    }
    throw error;
  }
}

/** A file in llama.cpp. */
export async function measureGguf(modelPath: string, lengths: Lengths): Promise<Measured> {
  const [choice] = planLlamaCpp('benchmark', {});
  await using session = await createLlamaCppEngine({ env: process.env }).open({
    modelPath,
    threads: lengths.threads,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal,
  });
  // Awaited here: the session ends with this block.
  return await measure(session, lengths);
}

/** Tokens of a context that holds prompt and answer. */
const CONTEXT = 512;

/** HumanEval's style, 118 tokens for Qwen2.5-Coder, and a text that goes on for long. */
const PROMPT = `from typing import List


def has_close_elements(numbers: List[float], threshold: float) -> bool:
    """ Check if in given list of numbers, are any two numbers closer to each other than
    given threshold.
    >>> has_close_elements([1.0, 2.0, 3.0], 0.5)
    False
    >>> has_close_elements([1.0, 2.8, 3.0, 4.0, 5.0, 2.0], 0.3)
    True
    """
`;

async function measure(
  { info, timing }: EngineSession,
  { tokens, rounds }: Lengths,
): Promise<Measured> {
  if (timing === undefined) {
    throw new Error('the engine does not time single completions');
  }
  const time = async (maxTokens: number): Promise<TimedResult> =>
    timing.time({
      request: {
        id: 'bench',
        prompt: { kind: 'text', text: PROMPT },
        maxTokens,
        stop: { kind: 'sequences', sequences: [] },
        decode: { mode: 'greedy' },
        seed: 0,
      },
      contextSize: CONTEXT,
      signal,
    });
  await time(3);
  const first: TimedResult[] = [];
  const whole: TimedResult[] = [];
  for (let round = 0; round < rounds; round += 1) {
    first.push(await time(1));
    whole.push(await time(tokens));
  }
  const [one] = whole;
  const prefillCpu = median(first.map(({ cpuMs = 0 }) => cpuMs));
  const last = (one?.newTokens ?? 0) - 1;
  return {
    loadMs: info.loadMs,
    peakRssBytes: one?.peakRssBytes,
    text: one?.text,
    promptTokens: one?.promptTokens,
    prefill: median(whole.map(({ promptTokens, ttftMs }) => (promptTokens / ttftMs) * 1_000)),
    decode: median(whole.map(({ decodeMs }) => (last / decodeMs) * 1_000)),
    prefillCpuMs: prefillCpu,
    tokenCpuMs: (median(whole.map(({ cpuMs = 0 }) => cpuMs)) - prefillCpu) / last,
    rounds,
    audit: info.audit,
  };
}
