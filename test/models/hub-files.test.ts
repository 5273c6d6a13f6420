import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBase, parseModelItem } from '../../src/models/item.ts';
import { resolveModel } from '../../src/models/resolve.ts';
import { encodeGguf } from '../fixtures/gguf-writer.ts';
import { hubRepositoryListener, startHubServer } from '../fixtures/hub-server.ts';
import { makeModelContext } from '../fixtures/model-settings.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf, tinyTensors } from '../fixtures/tiny-gguf.ts';

const PROJECTOR = encodeGguf(
  { 'general.architecture': { type: 'string', value: 'clip' } },
  tinyTensors().slice(0, 2),
);

/** Resolves an item against a repository whose files are a tiny model, but those said to be another. */
async function resolveFrom(
  names: readonly string[],
  item: string,
  others: Readonly<Record<string, Buffer>> = {},
) {
  const home = temporaryFolder();
  await makeTinyGguf(join(home, 'tiny.gguf'));
  const model = readFileSync(join(home, 'tiny.gguf'));
  const files = { ...Object.fromEntries(names.map((name) => [name, model])), ...others };
  const server = await startHubServer(hubRepositoryListener({ repo: 'a/vision', files }));
  const context = makeModelContext(join(home, 'cache'), {
    hub: { endpoint: server.endpoint, token: undefined },
  });
  const base = parseBase('qwen2.5-coder-0.5b');
  const resolved = resolveModel(parseModelItem(item, base), context);
  return { resolved, asked: server.asked, home };
}

/** The name of the file that an item stands for. */
async function nameFrom(...from: Parameters<typeof resolveFrom>): Promise<string> {
  const { record } = await (await resolveFrom(...from)).resolved;
  return record.provenance.kind === 'published' && record.weights.kind === 'file'
    ? record.weights.name
    : `made from ${'from' in record.provenance ? record.provenance.from.name : '?'}`;
}

test.each([
  [['Q8_0/model-00001-of-00001.gguf'], 'Q8_0', 'model-00001-of-00001.gguf'],
  [['q8_0/model.gguf', 'f16/model.gguf'], 'fp16', 'model.gguf'],
  [['model.Q8_0.gguf'], 'q8', 'model.Q8_0.gguf'],
  [['m-F16.gguf', 'm-BF16.gguf'], 'BF16', 'm-BF16.gguf'],
  [['m-fp16.gguf', 'm-bf16.gguf'], 'F16', 'm-fp16.gguf'],
  [['m-Q4_K_M.gguf', 'm-UD-Q4_K_XL.gguf'], 'UD-Q4_K_XL', 'm-UD-Q4_K_XL.gguf'],
  [['m-Q4_K_M.gguf', 'm-UD-Q4_K_XL.gguf'], 'q4_k_xl', 'm-UD-Q4_K_XL.gguf'],
  [['UD-Q6_K_XL/m-00001-of-00001.gguf'], 'UD-Q6_K_XL', 'm-00001-of-00001.gguf'],
  [['m.Q4_K_M.gguf', 'm.i1-Q4_K_M.gguf'], 'i1-Q4_K_M', 'm.i1-Q4_K_M.gguf'],
  [['m-Q8_0.gguf', 'mtp-m-Q8_0.gguf', 'lora-Q8_0.gguf'], 'Q8_0', 'm-Q8_0.gguf'],
  [['draft-Q8_0.gguf', 'm-draft-Q4_0.gguf'], 'Q8_0', 'draft-Q8_0.gguf'],
])('of %j, %s is %s', async (names, quantization, name) => {
  expect(await nameFrom(names, `hf:a/vision:${quantization}`)).toBe(name);
});

test('a projector is never taken for the model, nor is a quantization made from it', async () => {
  const others = { 'Vision.mmproj-fp16.gguf': PROJECTOR };
  for (const quantization of ['F16', 'Q8_0']) {
    expect(await nameFrom(['Vision.Q4_K_M.gguf'], `hf:a/vision:${quantization}`, others)).toBe(
      'made from Vision.Q4_K_M.gguf',
    );
  }
});

test.each([
  [
    'hf:a/vision/m.mmproj-f16.gguf',
    /m\.mmproj-f16\.gguf is a vision projector, not a model.*m-Q4_0/,
  ],
  ['hf:a/vision:F16', /eyes-F16\.gguf is a vision projector, not a model that generates text/],
  ['hf:a/vision/eyes-F16.gguf', /eyes-F16\.gguf is a vision projector/],
  [
    'hf:a/vision:UD-Q2_K_XL',
    /has no UD-Q2_K_XL; name one of its files: .*hf:a\/vision\/m-Q4_0\.gguf/,
  ],
])('%s is refused, and says what is there', async (item, message) => {
  const others = { 'm.mmproj-f16.gguf': PROJECTOR, 'eyes-F16.gguf': PROJECTOR };
  const { resolved } = await resolveFrom(['m-Q4_0.gguf'], item, others);
  await expect(resolved).rejects.toThrow(
    expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }),
  );
});

test('where no name says a quantization, the files are listed', async () => {
  const { resolved, asked } = await resolveFrom(
    ['model.gguf', 'sub/other.gguf'],
    'hf:a/vision:Q8_0',
  );
  await expect(resolved).rejects.toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringContaining(
        'name one of them: hf:a/vision/model.gguf, hf:a/vision/sub/other.gguf',
      ),
    }),
  );
  expect(asked).toHaveLength(1);
});

test('a repository of a projector alone holds no model', async () => {
  const { resolved } = await resolveFrom([], 'hf:a/vision:F16', { 'mmproj-F16.gguf': PROJECTOR });
  await expect(resolved).rejects.toThrow('hf:a/vision holds no model: its mmproj-F16.gguf is a');
});

test("a user's own projector is refused by its header", async () => {
  const path = join(temporaryFolder(), 'model.gguf');
  writeFileSync(path, PROJECTOR);
  const item = parseModelItem(path, parseBase('qwen2.5-coder-0.5b'));
  await expect(
    resolveModel(item, makeModelContext(join(temporaryFolder(), 'cache'))),
  ).rejects.toThrow(/model\.gguf is a vision projector, not a model that generates text/);
});

test.each([
  ['Qwen/X-GGUF', 'hf:Qwen/X-GGUF:Q8_0'],
  ['Qwen/X-GGUF:q4_k_m', 'hf:Qwen/X-GGUF:q4_k_m'],
  ['https://huggingface.co/Qwen/X-GGUF', 'hf:Qwen/X-GGUF:Q8_0'],
  ['https://huggingface.co/Qwen/X-GGUF/', 'hf:Qwen/X-GGUF:Q8_0'],
  ['https://huggingface.co/Qwen/X-GGUF/tree/main', 'hf:Qwen/X-GGUF:Q8_0'],
  ['https://huggingface.co/Qwen/X-GGUF/tree/v2', 'hf:Qwen/X-GGUF:Q8_0@v2'],
  ['https://huggingface.co/Qwen/X-GGUF/blob/main/x.gguf', 'hf:Qwen/X-GGUF/x.gguf'],
  ['https://huggingface.co/Qwen/X/resolve/main/s/x.gguf?download=true', 'hf:Qwen/X/s/x.gguf'],
  ['http://www.huggingface.co/Qwen/X-GGUF#files', 'hf:Qwen/X-GGUF:Q8_0'],
  ['huggingface.co/Qwen/X-GGUF', 'hf:Qwen/X-GGUF:Q8_0'],
  ['hf.co/Qwen/X-GGUF:Q4_0', 'hf:Qwen/X-GGUF:Q4_0'],
  ['hf://Qwen/X-GGUF', 'hf:Qwen/X-GGUF:Q8_0'],
  ['hf:Qwen/X-GGUF', 'hf:Qwen/X-GGUF:Q8_0 or hf:Qwen/X-GGUF/file.gguf'],
])('%s as a model is answered with %s', (text, item) => {
  expect(() => parseModelItem(text, parseBase('qwen2.5-coder-0.5b'))).toThrow(`write ${item}`);
});

test.each([
  ['Qwen/X-GGUF', 'write hf:Qwen/X-GGUF'],
  ['https://huggingface.co/Qwen/X-GGUF/blob/v2/x.gguf', 'write hf:Qwen/X-GGUF@v2'],
  ['https://example.com/x.gguf', 'is an address; download the file'],
])('%s as a base is answered with %s', (text, answer) => {
  expect(() => parseBase(text)).toThrow(answer);
});
