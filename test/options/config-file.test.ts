import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../src/options/config-file.ts';
import { humanevalOptions } from '../../src/app/humaneval/options.ts';
import { parseOptions } from '../../src/options/parse.ts';
import { loadSections } from '../../src/app/options.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** Reads `text` as the config file of an otherwise empty folder. */
async function readText(text: string, env: NodeJS.ProcessEnv = {}, name = 'evalkit.config.yaml') {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), text);
  return readConfigFile({ path: undefined, cwd, env, sections: await loadSections() });
}

async function section(text: string, name = 'humaneval') {
  return (await readText(text)).section(name);
}

test('without a file every section is empty', async () => {
  const file = await readConfigFile({
    path: undefined,
    cwd: temporaryFolder(),
    env: {},
    sections: await loadSections(),
  });
  expect(file.section('humaneval').values).toEqual({});
  expect(file.models).toEqual([]);
});

test('numbers, lists and booleans come in the form of flags', async () => {
  const file = await section('humaneval:\n  limit: 20\n  model: [q8, f16]\n  offline: true\n');
  expect(parseOptions(humanevalOptions, {}, file)).toMatchObject({
    limit: 20,
    model: ['q8', 'f16'],
    offline: true,
    parallel: 16,
  });
});

test('a flag goes before the file, also to take a boolean back', async () => {
  const file = await section('humaneval: {limit: 20, offline: true, prompt: raw}');
  const options = parseOptions(
    humanevalOptions,
    { limit: '3', offline: false, prompt: undefined },
    file,
  );
  expect(options).toMatchObject({ limit: 3, offline: false, prompt: 'raw' });
});

test('the same in JSON', async () => {
  const text = '{\n\t"$schema": "x.json",\n\t"humaneval": {"limit": 20}\n}\n';
  const file = await readText(text, {}, 'evalkit.config.json');
  expect(file.section('humaneval').values).toEqual({ limit: '20' });
});

test('variables come from the environment or from their default', async () => {
  const text = 'humaneval: {model: ["${BIG:-q8}", "${SMALL}"], tasks: "${T:-0-4}"}';
  const file = await readText(text, { SMALL: 'q4_0', T: '' });
  expect(file.section('humaneval').values).toEqual({ model: ['q8', 'q4_0'], tasks: '0-4' });
});

test('what a variable holds is a value and never structure', async () => {
  const file = await readText('humaneval: {model: "${X}"}', { X: 'q8}, sandbox: {unsafe' });
  expect(file.section('humaneval').values).toEqual({ model: 'q8}, sandbox: {unsafe' });
});

test('entries for the catalogue keep their data and their line', async () => {
  const file = await readText('models:\n  - name: mine\n    repo: a/b\n  - name: other\n');
  expect(file.models).toEqual([
    { data: { name: 'mine', repo: 'a/b' }, where: 'evalkit.config.yaml:2: models.0' },
    { data: { name: 'other' }, where: 'evalkit.config.yaml:4: models.1' },
  ]);
});

test.each([
  ['humaneval:\n  model: [q8\n', /^evalkit\.config\.yaml:\d: not valid YAML: /],
  ['humaneval: {limit: 1}\nhumaneval: {limit: 2}\n', /:2: not valid YAML: .*unique/],
  ['just text', /:1: the file is not a mapping/],
  ['humanevl: {}', /:1: no section is called humanevl; nearest: humaneval/],
  ['humaneval: [q8]', /:1: humaneval is not a mapping/],
  ['models: {name: x}', /:1: models is not a list/],
  ['humaneval:\n  limit:\n', /:2: humaneval\.limit has no value/],
  [
    'humaneval: {model: "${GITHUB_TOKEN}"}',
    /humaneval\.model: the variable GITHUB_TOKEN holds a secret/,
  ],
  ['humaneval: {model: "${API_KEY:-x}"}', /humaneval\.model: the variable API_KEY holds a secret/],
  ['humaneval: {model: "${NOWHERE}"}', /humaneval\.model: the variable NOWHERE is not set/],
  [
    'humaneval:\n  model:\n    - "${a b}"',
    /:3: humaneval\.model\.0: '\$\{a b\}' is not a variable/,
  ],
  ['humaneval: {model: *none}', /evalkit\.config\.yaml.*none/],
  [
    'humaneval: &a {model: [*a]}',
    /:1: humaneval\.model\.0 is nested too deeply, or contains itself/,
  ],
  [`humaneval:\n  model: ${'['.repeat(5_000)}`, /evalkit\.config\.yaml/],
])('%j is refused with file and line', async (text, message) => {
  await expect(readText(text)).rejects.toThrow(message);
});

test.each([
  ['humaneval', 'sandbox: unsafe', '--sandbox'],
  ['humaneval', 'sandbox: l2', '--sandbox'],
  ['humaneval', 'python: ./python', '--python'],
  ['judge', 'allowPackage: numpy', '--allow-package'],
  ['judge', 'timeout: 3600', '--timeout'],
  ['gate', 'memoryMib: 100000', '--memory-mib'],
  ['doctor', 'answerMib: 1000', '--answer-mib'],
  ['humaneval', 'fresh: true', '--fresh'],
  ['gate', 'plan: true', '--plan'],
  ['gate', 'baseline: mine.json', '--baseline'],
  ['humaneval', 'baseline: mine.json', '--baseline'],
])('%s with %s is refused: it takes the flag', async (name, line, flag) => {
  await expect(readText(`${name}:\n  ${line}\n`)).rejects.toThrow(
    new RegExp(
      `^evalkit\\.config\\.yaml:2: ${name}\\.\\w+: only the command line may .*; give ${flag} on the command line$`,
    ),
  );
});

test('two files in one folder are refused', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'evalkit.config.yaml'), '');
  writeFileSync(join(cwd, 'evalkit.config.json'), '{}');
  await expect(
    readConfigFile({ path: undefined, cwd, env: {}, sections: await loadSections() }),
  ).rejects.toThrow('evalkit.config.yaml and evalkit.config.json both exist');
});

test.each([
  ['constructor: 5', ':2: humaneval.constructor: no option is called constructor; nearest: '],
  ['__proto__: {limit: 5}', ':2: humaneval.__proto__: no option is called __proto__; nearest: '],
  ['limits: 5', ':2: humaneval.limits: no option is called limits; nearest: limit'],
  ['max-tokens: 5', ':2: humaneval.max-tokens: no option is called max-tokens; nearest: maxTokens'],
  ['limit: ten', ':2: humaneval.limit ten: must be a positive integer; see docs/config.md'],
  ['limit: 1.5', ':2: humaneval.limit 1.5: must be a positive integer'],
  ['limit: [1, 2]', ':2: humaneval.limit 1,2: must be a positive integer'],
  ['offline: often', ':2: humaneval.offline often: must be true or false'],
  ['prompt: chatty', ':2: humaneval.prompt chatty: must be one of auto, raw, chat'],
])('%s is refused with its line', async (line, message) => {
  const file = await section(`humaneval:\n  ${line}\n`);
  expect(() => parseOptions(humanevalOptions, {}, file)).toThrow(`evalkit.config.yaml${message}`);
});

test('a bad value that a flag replaces does no harm', async () => {
  const file = await section('humaneval: {limit: ten}');
  expect(parseOptions(humanevalOptions, { limit: '3' }, file).limit).toBe(3);
});
