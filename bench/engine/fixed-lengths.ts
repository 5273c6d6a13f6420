import { batchedBenchRates } from './batched-bench.ts';
import { measureRates, openSession, type Rates } from './engine.ts';
import { head, medianText, ratioText, row } from './figures.ts';
import type { Peers } from './peers.ts';

const SEQUENCES = [1, 8, 16];
const SHAPE = { promptTokens: 128, newTokens: 32 };

interface Round {
  readonly ours: ReadonlyMap<number, Rates>;
  readonly peers: ReadonlyMap<number, Rates>;
}

/** Fixed lengths beside llama-batched-bench, one after the other in each round. */
export async function benchFixedLengths(
  modelPath: string,
  options: {
    readonly rounds: number;
    readonly threads: number | undefined;
    readonly peers: Peers | undefined;
  },
): Promise<string> {
  await using session = await openSession(modelPath, { threads: options.threads, parallel: 16 });
  const { threads } = session.info.process;
  const rounds: Round[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const ours = new Map<number, Rates>();
    for (const sequences of SEQUENCES) {
      ours.set(sequences, await measureRates(session, { sequences, ...SHAPE }));
    }
    const shape = { sequences: SEQUENCES, ...SHAPE };
    const peers =
      options.peers === undefined
        ? new Map<number, Rates>()
        : await batchedBenchRates(options.peers, { modelPath, threads }, shape);
    rounds.push({ ours, peers });
  }
  return table(rounds);
}

function table(rounds: readonly Round[]): string {
  const lines = SEQUENCES.flatMap((sequences) =>
    (['prefill', 'decode'] as const).map((name) => {
      const ours = rounds.flatMap((round) => round.ours.get(sequences)?.[name] ?? []);
      const peers = rounds.flatMap((round) => round.peers.get(sequences)?.[name] ?? []);
      const ratios = peers.map((rate, index) => (ours[index] ?? Number.NaN) / rate);
      return row([sequences, name, medianText(ours), medianText(peers), ratioText(ratios)]);
    }),
  );
  return `${head(['sequences', 'tok/s', 'evalkit', 'llama-batched-bench', 'ratio'])}${lines.join('')}`;
}
