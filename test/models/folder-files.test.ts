import { expect, test } from 'vitest';
import { folderFiles } from '../../src/models/folder/folder-files.ts';

const INDEX = 'model.safetensors.index.json';

/** A folder with these files; the index names the given shards. */
function folder(names: readonly string[], shards: readonly string[] = [], config: object = {}) {
  const map = Object.fromEntries(shards.map((shard, index) => [`layer.${index}`, shard]));
  const texts = new Map([
    ['config.json', JSON.stringify(config)],
    [INDEX, JSON.stringify({ weight_map: map })],
  ]);
  return {
    called: './model',
    names,
    read: (name: string) => Promise.resolve(texts.get(name) ?? ''),
  };
}

test('what makes a model is its weights, config and tokenizer, and nothing else', async () => {
  const names = ['model.safetensors', 'config.json', 'tokenizer.json', 'README.md', 'merges.txt'];
  expect(await folderFiles(folder([...names, 'pytorch_model.bin', 'modeling.py']))).toEqual([
    'config.json',
    'merges.txt',
    'model.safetensors',
    'tokenizer.json',
  ]);
});

test('the shards of an index are its weights, and code that the config names is part of it', async () => {
  const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const names = ['config.json', INDEX, ...shards, 'consolidated.safetensors', 'modeling.py'];
  expect(await folderFiles(folder(names, shards))).toEqual(['config.json', ...shards, INDEX]);
  const own = folder(names, shards, { auto_map: { AutoModel: 'modeling.Model' } });
  expect(await folderFiles(own)).toContain('modeling.py');
});

test.each([
  [
    'only pickles',
    folder(['config.json', 'pytorch_model.bin']),
    /pickles \(pytorch_model\.bin\), which can run code/,
  ],
  ['an adapter', folder(['adapter_config.json', 'adapter_model.safetensors']), /is an adapter/],
  ['no config', folder(['model.safetensors']), /has no config\.json/],
  ['no weights', folder(['config.json']), /has no model\.safetensors/],
  [
    'a missing shard',
    folder(
      ['config.json', INDEX, 'model-00001-of-00002.safetensors'],
      ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    ),
    /lacks model-00002-of-00002\.safetensors/,
  ],
  [
    'shards of two kinds',
    folder(
      [
        'config.json',
        INDEX,
        'model-00001-of-00001.safetensors',
        'model-00001-of-00003.safetensors',
      ],
      ['model-00001-of-00001.safetensors'],
    ),
    /mixes weights: model-00001-of-00003/,
  ],
  [
    'whole weights beside an index',
    folder(
      ['config.json', INDEX, 'model.safetensors', 'model-00001-of-00001.safetensors'],
      ['model-00001-of-00001.safetensors'],
    ),
    /mixes weights: model\.safetensors/,
  ],
  [
    'shards without an index',
    folder(['config.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']),
    /without model\.safetensors\.index\.json/,
  ],
])('a folder with %s is refused in a line', async (_name, contents, words) => {
  await expect(folderFiles(contents)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(words),
  });
});
