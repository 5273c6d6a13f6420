import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../src/options/cache-folder.ts';
import { humanevalOptions } from '../../src/app/humaneval/options.ts';
import { parseOptions } from '../../src/options/parse.ts';

test('defaults are in place', () => {
  expect(parseOptions(humanevalOptions, {})).toEqual({
    sandbox: 'auto',
    allowPackage: [],
    attention: ['sdpa'],
    device: 'cpu',
    thinking: ['default'],
    trustRemoteCode: false,
    origins: new Map(),
    field: 'text',
    rows: 512,
    kl: false,
    decode: ['greedy'],
    latency: true,
    notRun: [],
    noiseFloor: false,
    gate: false,
    sequential: false,
    spendError: false,
    allowLossyReference: false,
    allowInconclusive: false,
    dryRun: false,
    prompt: 'auto',
    parallel: 16,
    batchSize: 512,
    flash: 'auto',
    format: 'terminal',
    cacheTypeK: ['f16'],
    cacheTypeV: ['f16'],
    gpuLayers: 0,
    fresh: false,
    offline: false,
    json: false,
  });
});

test('lists take commas and repetition', () => {
  expect(parseOptions(humanevalOptions, { model: ['q8, q4_k_m', 'f16'] }).model).toEqual([
    'q8',
    'q4_k_m',
    'f16',
  ]);
});

test.each([
  [{ limit: '0' }, '--limit 0: must be a positive integer; see --help'],
  [{ limit: '-3' }, '--limit -3: must be a positive integer'],
  [{ limit: 'ten' }, '--limit ten: must be a positive integer'],
  [{ limit: '1.5' }, '--limit 1.5: must be a positive integer'],
  [{ maxTokens: '1e3' }, '--max-tokens 1e3: must be a positive integer'],
  [{ gpuLayers: '-1' }, '--gpu-layers -1: must be an integer, 0 or more'],
  [{ prompt: 'chatty' }, '--prompt chatty: must be one of auto, raw, chat'],
  [{ decode: 'beam' }, '--decode beam: must be one of greedy, sample, assisted, lookup'],
  [{ cacheTypeK: 'q3' }, '--cache-type-k q3: must be one of f32, f16'],
  [{ model: 'q8,,f16' }, '--model q8,,f16: value 2 must not be empty'],
  [{ limit: ['1', '2'] }, '--limit is given 2 times (1, 2); give it once'],
])('%j is refused in one line', (typed, message) => {
  expect(() => parseOptions(humanevalOptions, typed)).toThrow(message);
});

test('the cache lies where the environment says, else in the home folder', () => {
  expect(cacheFolder({ EVALKIT_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'evalkit'));
  expect(cacheFolder({})).toBe(join(homedir(), '.cache', 'evalkit'));
});
