import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execaNode } from 'execa';
import { median } from 'simple-statistics';
import { modelPaths } from '../engine/models.ts';
import { head, row } from '../engine/figures.ts';
import { type Chosen, measureSpeed } from './speed.ts';

/*
 * The engine beside a busy neighbour: tokens a second with the thread count that it chooses and with
 * fixed ones, in turns. Every measurement loads the model anew, beside the neighbour.
 *
 *     npm run bench:busy -- [--model q4_k_m] [--rounds 3] [--seconds 10] [--parallel 16]
 *       [--before ANOTHER-CHECKOUT]
 */

const { values } = parseArgs({
  options: {
    /** A file, or a quantization of the default base. */
    model: { type: 'string', default: 'q4_k_m' },
    rounds: { type: 'string', default: '3' },
    /** Of generating, in each measurement. */
    seconds: { type: 'string', default: '10' },
    parallel: { type: 'string', default: '16' },
    /** The thread counts to fix, beside the automatic choice. */
    threads: { type: 'string', default: '1,2' },
    /** Some of the conditions, joined by commas. */
    conditions: { type: 'string', default: 'idle,steady,steady later,50 ms bursts,1 s bursts' },
    /** Another checkout, whose automatic choice is measured too. */
    before: { type: 'string' },
  },
});

/** How long each neighbour computes and rests, in milliseconds, and whether it comes when the model is loaded. */
const NEIGHBOURS: Readonly<
  Record<string, { readonly times: readonly [number, number]; readonly isLate?: boolean }>
> = {
  steady: { times: [1_000, 0] },
  'steady later': { times: [1_000, 0], isLate: true },
  '50 ms bursts': { times: [50, 50] },
  '1 s bursts': { times: [1_000, 1_000] },
};

const fixed = values.threads.split(',').map((count) => `threads ${count}`);
const choices = [...(values.before === undefined ? [] : ['auto before']), 'auto', ...fixed];
const conditions = values.conditions.split(',');
const [modelPath = ''] = (await modelPaths([values.model])).values();
const speeds = new Map<string, number[]>();
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const condition of conditions) {
    for (const offset of choices.keys()) {
      const choice = choices[(offset + round) % choices.length] ?? '';
      const { tokensPerSecond, threads } = await measure(condition, choice);
      const key = `${condition}/${choice}`;
      speeds.set(key, [...(speeds.get(key) ?? []), tokensPerSecond]);
      process.stderr.write(`${round + 1} ${key}: ${tokensPerSecond.toFixed(1)} (${threads})\n`);
    }
  }
}
report();

async function measure(condition: string, choice: string): ReturnType<typeof measureSpeed> {
  const neighbour = NEIGHBOURS[condition];
  await using stack = new AsyncDisposableStack();
  const begin = (): void => {
    if (neighbour !== undefined) {
      const path = join(import.meta.dirname, 'neighbour.ts');
      const started = execaNode(path, neighbour.times.map(String), { reject: false });
      stack.defer(async () => {
        started.kill('SIGKILL');
        await started;
      });
    }
  };
  if (neighbour?.isLate !== true) {
    begin();
  }
  return await measureSpeed({
    ...chosen(choice),
    modelPath,
    parallel: Number(values.parallel),
    seconds: Number(values.seconds),
    onLoaded: neighbour?.isLate === true ? begin : () => {},
  });
}

function chosen(choice: string): Chosen {
  const root = resolve(choice === 'auto before' ? (values.before ?? '') : '.');
  const [, threads] = /^threads (\d+)$/.exec(choice) ?? [];
  return { root, threads: threads === undefined ? undefined : Number(threads) };
}

function report(): void {
  const autos = choices.filter((choice) => choice.startsWith('auto'));
  const ratios = autos.map((name) => `${name} / best fixed`);
  let table = head(['neighbour', ...choices, ...ratios]);
  for (const condition of conditions) {
    const best = Math.max(...fixed.map((choice) => speedOf(condition, choice)));
    table += row([
      condition,
      ...choices.map((choice) => speedOf(condition, choice).toFixed(1)),
      ...autos.map((choice) => (speedOf(condition, choice) / best).toFixed(2)),
    ]);
  }
  const what = `${values.model}, ${values.parallel} at once, tokens/s`;
  process.stdout.write(`${what}, medians of ${values.rounds} rounds\n\n${table}`);
}

function speedOf(condition: string, choice: string): number {
  return median(speeds.get(`${condition}/${choice}`) ?? [Number.NaN]);
}
