import { z } from 'zod';
import { measureRates, openSession } from './engine.ts';
import { head, medianText, ratioText, row } from './figures.ts';
import { commonArguments, type Peers, words } from './peers.ts';

const NEW_TOKENS = 128;

const resultSchema = z.array(z.object({ avg_ts: z.number() })).length(1);

/** One sequence beside llama-bench, in pairs, the order changing from pair to pair. */
export async function benchSingle(
  modelPath: string,
  options: {
    readonly pairs: number;
    /** Tokens in the context before the first new one. */
    readonly depth: number;
    readonly threads: number | undefined;
    readonly peers: Peers;
  },
): Promise<string> {
  const { depth, peers } = options;
  await using session = await openSession(modelPath, { threads: options.threads, parallel: 1 });
  const ours = async (): Promise<number> => {
    const shape = { sequences: 1, promptTokens: depth, newTokens: NEW_TOKENS };
    return 1_000 / (await measureRates(session, shape)).decode;
  };
  const theirs = async (): Promise<number> => {
    const stdout = await peers.run('llama-bench', [
      '--model',
      modelPath,
      ...commonArguments(session.info.process.threads),
      ...words(`-p 0 -n ${NEW_TOKENS} -d ${depth} -r 1 --output json`),
    ]);
    return 1_000 / (resultSchema.parse(JSON.parse(stdout))[0]?.avg_ts ?? Number.NaN);
  };
  const pairs: { readonly own: number; readonly peer: number }[] = [];
  for (let pair = 0; pair < options.pairs; pair += 1) {
    if (pair % 2 === 0) {
      const own = await ours();
      pairs.push({ own, peer: await theirs() });
    } else {
      const peer = await theirs();
      pairs.push({ own: await ours(), peer });
    }
  }
  return (
    head(['depth', 'TPOT evalkit, ms', 'llama-bench, ms', 'ratio']) +
    row([
      depth,
      medianText(pairs.map(({ own }) => own)),
      medianText(pairs.map(({ peer }) => peer)),
      ratioText(pairs.map(({ own, peer }) => own / peer)),
    ])
  );
}
