import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import {
  type PerplexityCell,
  perplexityRunReportSchema,
} from '../../src/records/perplexity-report.ts';
import { NEVER, SETTINGS } from '../engines/llama-cpp/tiny-session.ts';
import { scoreAll } from '../engines/scoring-contract.ts';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { weightsCache } from '../fixtures/weights.ts';

function fixture<T>(name: string, schema: z.ZodType<T>): T {
  const path = fileURLToPath(new URL(`../fixtures/parity/${name}`, import.meta.url));
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Scores a text with real weights, which a first run fetches and makes. */
async function perplexity(...words: string[]) {
  const cwd = temporaryFolder();
  const generator = fileURLToPath(new URL('../../bench/parity/text.ts', import.meta.url));
  const { stdout: text } = await execaNode(generator, { stripFinalNewline: false });
  writeFileSync(join(cwd, 'text.txt'), text);
  const { exitCode, stdout, stderr } = await runCli(
    ['perplexity', '--json', '--out', 'run', ...words],
    { cwd, env: { EVALKIT_CACHE: weightsCache() } },
  );
  expect(stderr).not.toContain('defect');
  expect(exitCode).toBe(0);
  const { cells } = perplexityRunReportSchema.parse(JSON.parse(stdout));
  return new Map(cells.map((cell) => [cell.quantization, cell]));
}

function microOf(cell: PerplexityCell | undefined): number {
  return cell !== undefined && 'micro' in cell.perplexity ? cell.perplexity.micro : Number.NaN;
}

const toolSchema = z.object({
  models: z.record(
    z.string(),
    z.object({ sha256: z.string(), perplexity: z.number(), kl: z.number().optional() }),
  ),
});

describe("llama.cpp's own tool on the same text", () => {
  const { models } = fixture('llama-perplexity.json', toolSchema);
  const options = ['--ppl-data', 'text.txt', '--method', 'llama-cpp'];

  test('gives the same perplexity within 0.1 %, and a divergence that ours comes near from below', async () => {
    const quantizations = ['q8_0', 'q4_0', 'q4_k_m'];
    const cells = await perplexity(
      '--model',
      quantizations.join(','),
      '--reference',
      'q8_0',
      '--kl',
      ...options,
    );
    for (const quantization of quantizations) {
      const cell = cells.get(quantization);
      const expected = models[quantization];
      expect(cell?.weights.sha256).toBe(expected?.sha256);
      const ratio = microOf(cell) / (expected?.perplexity ?? Number.NaN);
      expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.001);
    }
    const divergence = cells.get('q4_0')?.divergence;
    const kl = divergence !== undefined && 'kl' in divergence ? divergence.kl?.mean : undefined;
    const share = (kl ?? Number.NaN) / (models['q4_0']?.kl ?? Number.NaN);
    expect(share).toBeGreaterThanOrEqual(0.95);
    expect(share).toBeLessThanOrEqual(1);
  });
});

test("a row's negative log-likelihoods are those of a forward pass in numpy", async () => {
  const row = fixture(
    'numpy-nll.json',
    z.object({
      sha256: z.string(),
      tokens: z.array(z.int()),
      nlls: z.array(z.number()),
      tolerance: z.number(),
    }),
  );
  const cells = await perplexity('--model', 'f16', '--ppl-data', 'text.txt', '--ctx-size', '64');
  const { weights } = cells.get('f16') ?? {};
  expect(weights?.sha256).toBe(row.sha256);
  const engine = createLlamaCppEngine({ env: process.env });
  await using session = await engine.open({
    modelPath: madeFile(weights?.name ?? ''),
    threads: undefined,
    parallel: 1,
    settings: SETTINGS,
    signal: NEVER,
  });
  const [scores] = await scoreAll(session, [{ id: 'row', tokens: row.tokens, scoreFrom: 1 }]);
  const ours = -mean(scores?.logProbs ?? []);
  expect(Math.abs(ours / mean(row.nlls) - 1)).toBeLessThanOrEqual(row.tolerance);
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Where a quantization lies that was made from the published q4_k_m. */
function madeFile(name: string): string {
  const source = '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32';
  return join(weightsCache(), 'made', 'v0.5.0', source, name);
}

const realRows = process.env['EVALKIT_PPL_DATA'];

test.skipIf(realRows === undefined || realRows === '')(
  'on real rows the fewer bits, the higher the perplexity',
  async () => {
    const words = ['--model', 'q8_0,q4_0,q2_k', '--ppl-data', realRows ?? '', '--rows', '40'];
    const cells = await perplexity(...words);
    const [q8, q4, q2] = ['q8_0', 'q4_0', 'q2_k'].map((name) => microOf(cells.get(name)));
    expect(q4).toBeGreaterThan(q8 ?? Number.NaN);
    expect(q2).toBeGreaterThan(q4 ?? Number.NaN);
  },
);
