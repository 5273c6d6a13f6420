import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLlamaCppEngine } from '../../../src/engines/llama-cpp/engine.ts';
import { planSettings } from '../../../src/engines/llama-cpp/settings.ts';
import { AWKWARD_TEXTS } from '../../../src/models/convert/awkward-texts.ts';
import { convertFolder } from '../../../src/models/convert/convert.ts';
import type { Candidate } from '../../../src/models/convert/converter.ts';
import { makeModelSettings } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { hasPython, PYTHON, references, tinyFolders } from './tiny-transformers.ts';

/** By folder: the type of its weights, and how far rounding may move a log-probability on average. */
const MODELS: Readonly<Record<string, readonly ['f16' | 'bf16', number]>> = {
  qwen2: ['f16', 0.01],
  'qwen2-bf16-shards': ['bf16', 0.05],
  'qwen2-yarn': ['f16', 0.01],
  starcoder2: ['f16', 0.01],
  'starcoder2-window': ['f16', 0.01],
  'gpt-bigcode': ['f16', 0.01],
  'gpt-bigcode-heads': ['f16', 0.01],
  llama: ['bf16', 0.05],
  'llama-biases': ['f16', 0.01],
};
const NAMES = Object.keys(MODELS);

interface Seen {
  readonly quantization: string;
  /** Of each text, by the engine and by the folder's own tokenizer. */
  readonly tokens: readonly (readonly number[])[];
  readonly expected: readonly (readonly number[])[];
  readonly windows: readonly (readonly number[])[];
  readonly scores: number[][];
}

/** Random tokens reach what no text does, and far enough for a stretched position to matter. */
const RANDOM = Array.from({ length: 250 }, (_, index) => (index * 7919 + 13 * index * index) % 690);

describe.runIf(hasPython)('random models of each family', () => {
  const seen = new Map<string, Seen>();
  const torch = new Map<string, number[][]>();

  beforeAll(async () => {
    const folders = await tinyFolders();
    const cache = mkdtempSync(join(tmpdir(), 'evalkit-test-'));
    for (const name of NAMES) {
      seen.set(name, await convertAndScore(join(folders, name), cache));
    }
    rmSync(cache, { recursive: true });
    const requests = NAMES.map((name) => ({
      folder: join(folders, name),
      windows: seen.get(name)?.windows ?? [],
    }));
    for (const [index, scores] of (await references(requests)).entries()) {
      torch.set(NAMES[index] ?? '', scores);
    }
  });

  test.each(NAMES)('%s keeps the type of its weights', (name) => {
    expect(seen.get(name)?.quantization).toBe(MODELS[name]?.[0]);
  });

  test.each(NAMES)("%s has the tokens of the folder's own tokenizer", (name) => {
    expect(seen.get(name)?.tokens).toEqual(seen.get(name)?.expected);
  });

  test.each(NAMES)("%s gives transformers' log-probabilities", (name) => {
    const differences = (torch.get(name) ?? []).flatMap((scores, window) =>
      scores.map((score, at) => Math.abs(score - (seen.get(name)?.scores[window]?.[at] ?? NaN))),
    );
    const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
    expect(differences.length).toBeGreaterThan(800);
    expect(mean).toBeLessThan(MODELS[name]?.[1] ?? 0);
  });
});

async function convertAndScore(path: string, cache: string): Promise<Seen> {
  let seen: Omit<Seen, 'quantization'> | undefined;
  const settings = makeModelSettings(cache, {
    converter: {
      python: async () => PYTHON,
      check: async (candidate) => {
        seen = await readBack(candidate);
        return [];
      },
    },
  });
  const source = { folder: path, name: 'tiny', item: path };
  const { quantization } = await convertFolder(source, undefined, settings);
  if (seen === undefined) {
    throw new Error('a file that nobody checked');
  }
  return { quantization, ...seen };
}

async function readBack({
  file,
  tokens: expected,
}: Candidate): Promise<Omit<Seen, 'quantization'>> {
  const [choice] = planSettings('scores', {});
  const { signal } = new AbortController();
  await using session = await createLlamaCppEngine({ env: process.env }).open({
    modelPath: file,
    threads: 1,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal,
  });
  const texts = (await session.tokens?.tokenize(AWKWARD_TEXTS)) ?? [];
  const tokens = texts.map((text) => (text.bos === undefined ? text.tokens : text.tokens.slice(1)));
  const windows = [...texts.map((text) => text.tokens).filter(({ length }) => length > 1), RANDOM];
  const scores: number[][] = [];
  await session.scoring?.score({
    windows: windows.map((window, index) => ({ id: `${index}`, tokens: window, scoreFrom: 1 })),
    top: 0,
    signal,
    onResult: ({ logProbs }) => scores.push([...logProbs]),
  });
  return { tokens, expected, windows, scores };
}

/** A copy of a tiny model with a JSON file changed. */
async function changed(file: string, change: (value: Record<string, unknown>) => void) {
  const home = temporaryFolder();
  const path = join(home, 'model');
  cpSync(join(await tinyFolders(), 'qwen2'), path, { recursive: true });
  const value: Record<string, unknown> = JSON.parse(readFileSync(join(path, file), 'utf8'));
  change(value);
  writeFileSync(join(path, file), JSON.stringify(value));
  return { path, home };
}

async function convert(path: string, home: string): Promise<unknown> {
  const settings = makeModelSettings(join(home, 'cache'), {
    converter: { python: async () => PYTHON, check: async () => [] },
  });
  const source = { folder: path, name: 'model', item: '--base m' };
  return convertFolder(source, undefined, settings);
}

describe.runIf(hasPython)('what cannot be converted', () => {
  const config = 'config.json';
  const tokenizer = 'tokenizer.json';
  test.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      'an unknown architecture',
      config,
      { architectures: ['MambaForCausalLM'] },
      /MambaForCausalLM; what can/,
    ],
    ['no architecture', config, { architectures: null }, /says no architecture/],
    [
      'weights quantized before',
      config,
      { quantization_config: { quant_method: 'gptq' } },
      /\(gptq\)/,
    ],
    [
      'a stretching that llama.cpp has not',
      config,
      { rope_parameters: { rope_type: 'dynamic', factor: 2 } },
      /rope scaling dynamic/,
    ],
    ['another activation', config, { hidden_act: 'gelu' }, /hidden_act .* is gelu/],
    [
      'a window that llama.cpp has not',
      config,
      { use_sliding_window: true, max_window_layers: 0, sliding_window: 8 },
      /use_sliding_window/,
    ],
    [
      'sizes that the tensors do not have',
      config,
      { intermediate_size: 97 },
      /gate_proj.weight is 96 × 64, config.json says 97 × 64/,
    ],
    ['more layers than tensors', config, { num_hidden_layers: 3 }, /layers\.2\..* is missing/],
    ['fewer layers than tensors', config, { num_hidden_layers: 1 }, /layers\.1\..*\(12 such\)/],
    [
      'a head that is missing',
      config,
      { tie_word_embeddings: false },
      /lm_head\.weight is missing/,
    ],
    [
      'a size that is no number',
      config,
      { hidden_size: '64' },
      /hidden_size .* is '64', not a positive integer/,
    ],
    [
      'a vocabulary smaller than its tokens',
      config,
      { vocab_size: 600 },
      /ids up to 689, the embedding 600 rows/,
    ],
    [
      'rules of cutting that nobody knows',
      tokenizer,
      { pre_tokenizer: { type: 'Whitespace' } },
      /cuts texts by rules/,
    ],
    [
      'texts made lower case',
      tokenizer,
      { normalizer: { type: 'Lowercase' } },
      /normalizes texts by Lowercase/,
    ],
    [
      'another kind of tokenizer',
      tokenizer,
      { model: { type: 'WordPiece', vocab: {} } },
      /of type WordPiece/,
    ],
  ])('%s', async (_name, file, change, message) => {
    const { path, home } = await changed(file, (value) => Object.assign(value, change));
    const error: unknown = await convert(path, home).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
    expect(existsSync(join(home, 'cache', 'made'))).toBe(false);
  });

  test('a value that f16 cannot hold leaves nothing behind', async () => {
    const { path, home } = await changed(config, () => undefined);
    const file = join(path, 'model.safetensors');
    const bytes = readFileSync(file);
    // The last of all numbers becomes infinite.
    bytes.writeUInt16LE(0x7c00, bytes.length - 2);
    writeFileSync(file, bytes);
    await expect(convert(path, home)).rejects.toThrow(/not a finite number/);
    const made = join(home, 'cache', 'made', 'convert-1');
    expect(
      readdirSync(made, { recursive: true }).filter((name) => String(name).includes('gguf')),
    ).toEqual([]);
  });

  test('a file that is cut off is refused', async () => {
    const { path, home } = await changed(config, () => undefined);
    const file = join(path, 'model.safetensors');
    writeFileSync(file, readFileSync(file).subarray(0, -10));
    await expect(convert(path, home)).rejects.toThrow(/model\.safetensors is truncated/);
  });
});
