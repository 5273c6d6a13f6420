import { z } from 'zod';
import type { Rates } from './engine.ts';
import { commonArguments, type Peers, type Setting, words } from './peers.ts';

const rowSchema = z.object({ pl: z.int(), speed_pp: z.number(), speed_tg: z.number() });

/** llama-batched-bench's rates for fixed lengths, one row for each count of sequences. */
export async function batchedBenchRates(
  peers: Peers,
  setting: Setting,
  shape: {
    readonly sequences: readonly number[];
    readonly promptTokens: number;
    readonly newTokens: number;
  },
): Promise<ReadonlyMap<number, Rates>> {
  const { sequences, promptTokens, newTokens } = shape;
  const stdout = await peers.run('llama-batched-bench', [
    '--model',
    setting.modelPath,
    ...commonArguments(setting.threads),
    ...words(`--ctx-size ${Math.max(...sequences) * (promptTokens + newTokens)}`),
    ...words(`-npp ${promptTokens} -ntg ${newTokens} -npl ${sequences.join(',')}`),
    ...words('--output-format jsonl'),
  ]);
  const rows = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => rowSchema.parse(JSON.parse(line)));
  if (rows.length !== sequences.length) {
    throw new Error(`llama-batched-bench printed ${rows.length} results: ${stdout}`);
  }
  return new Map(
    rows.map((row) => [row.pl, { prefill: row.speed_pp, decode: row.speed_tg }] as const),
  );
}
