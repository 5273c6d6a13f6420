/*
 * Requests and tokens a second of a served model, by `evalkit bench` and by a plain client that knows nothing of
 * evalkit, in turns on llama.cpp's own server, which brings no tool of its own for it. Nothing else should run meanwhile.
 *
 *     npm run bench:served -- [--model q4_k_m|FILE] [--parallel 1,4,16] [--requests 32] [--new-tokens 32] [--rounds 3]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import pMap from 'p-map';
import { table } from 'table';
import { z } from 'zod';
import { benchReportSchema } from '../../src/records/bench.ts';
import { humanevalTasks } from '../../test/fixtures/humaneval.ts';
import { startLlamaServer } from '../../test/fixtures/llama-server.ts';
import { modelPaths } from '../engine/models.ts';

const BIN = fileURLToPath(new URL('../../bin/evalkit.js', import.meta.url));

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'q4_k_m' },
    parallel: { type: 'string', default: '1,4,16' },
    requests: { type: 'string', default: '32' },
    'new-tokens': { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
  },
});
const [requests, newTokens, rounds] = [values.requests, values['new-tokens'], values.rounds].map(
  Number,
);
const counts = values.parallel.split(',').map(Number);

const cwd = mkdtempSync(join(tmpdir(), 'evalkit-served-'));
const prompts = (await humanevalTasks()).slice(0, requests).map(({ prompt }) => prompt);
try {
  for (const [name, path] of await modelPaths([values.model])) {
    await using server = await startLlamaServer(path, { slots: Math.max(...counts) });
    const rows: string[][] = [];
    for (const parallel of counts) {
      await plainly(server.url, parallel);
      const pairs: { readonly ours: number; readonly plain: number }[] = [];
      for (let round = 0; round < (rounds ?? 1); round += 1) {
        pairs.push({
          ours: await byEvalkit(server.url, parallel),
          plain: await plainly(server.url, parallel),
        });
      }
      rows.push([
        String(parallel),
        medianOf(pairs.map(({ ours }) => ours)).toFixed(1),
        medianOf(pairs.map(({ plain }) => plain)).toFixed(1),
        medianOf(pairs.map(({ ours, plain }) => ours / plain)).toFixed(3),
        String(pairs.length),
      ]);
    }
    process.stdout.write(`${name}: new tokens a second, prompts and network in it\n`);
    process.stdout.write(
      table([['at once', 'evalkit bench', 'plain client', 'ratio', 'n'], ...rows]),
    );
  }
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

/** The median of two rounds, after a round that does not count. */
async function byEvalkit(url: string, parallel: number): Promise<number> {
  const words = `bench --model ${url} --parallel ${parallel} --requests ${requests}`.split(' ');
  const rest = `--new-tokens ${newTokens} --warmup 1 --repeats 2 --json --fresh --out grid`.split(
    ' ',
  );
  const { stdout } = await execa(process.execPath, [BIN, ...words, ...rest], { cwd });
  const [cell] = benchReportSchema.parse(JSON.parse(stdout)).cells;
  const rate = cell?.decodeTokensPerSecond;
  return rate !== undefined && 'median' in rate ? rate.median : Number.NaN;
}

const answerSchema = z.object({ tokens_predicted: z.number() });

async function plainly(url: string, parallel: number): Promise<number> {
  const begun = performance.now();
  const made = await pMap(
    prompts,
    async (prompt) => {
      const response = await fetch(url.replace(/\/v1$/, '/completion'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt, n_predict: newTokens, temperature: 0, cache_prompt: false }),
      });
      return answerSchema.parse(await response.json()).tokens_predicted;
    },
    { concurrency: parallel },
  );
  const seconds = (performance.now() - begun) / 1_000;
  return made.reduce((sum, count) => sum + count, 0) / seconds;
}

function medianOf(numbers: readonly number[]): number {
  return (
    numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
  );
}
