import type { EngineSession } from '../../src/engines/engine.ts';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import { planSettings as planLlamaCpp } from '../../src/engines/llama-cpp/settings.ts';
import { createTorchEngine } from '../../src/engines/torch/engine.ts';
import { planSettings } from '../../src/engines/torch/settings.ts';
import { EvalkitError } from '../../src/records/error.ts';
import type { LoadAudit } from '../../src/records/load-audit.ts';
import { median } from 'simple-statistics';

/** What is timed. */
export interface Lengths {
  readonly prompt: number;
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
  readonly peakRssBytes?: number;
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
    const engine = await createTorchEngine({ env: process.env, options, variants: [variant] });
    await using session = await engine.open({
      modelPath: from.folder,
      threads: from.threads,
      parallel: 1,
      settings: choice?.settings ?? {},
      signal,
    });
    return await measure(session, from);
  } catch (error) {
    if (error instanceof EvalkitError) {
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
  return measure(session, lengths);
}

async function measure(
  { info, benchmark }: EngineSession,
  { prompt, tokens, rounds }: Lengths,
): Promise<Measured> {
  const prefill: number[] = [];
  const decode: number[] = [];
  let peakRssBytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const result = await benchmark?.run({
      sequences: 1,
      promptTokens: prompt,
      newTokens: tokens,
      signal,
    });
    if (result === undefined) {
      throw new Error('the engine has no benchmark');
    }
    prefill.push((prompt / result.prefillMs) * 1_000);
    decode.push((tokens / result.decodeMs) * 1_000);
    peakRssBytes = Math.max(peakRssBytes, result.peakRssBytes ?? 0);
  }
  return {
    loadMs: info.loadMs,
    peakRssBytes,
    prefill: median(prefill),
    decode: median(decode),
    rounds,
    audit: info.audit,
  };
}
