import { expect, test } from 'vitest';
import { parseEngineText, parseRepository } from '../../src/models/engine-item.ts';

const ENGINES = {
  torch: { variants: ['fp32', 'bf16', 'int8-dynamic'], defaultVariant: 'fp32' },
  scripted: {},
};

test.each([
  ['torch:./model', './model', 'fp32'],
  ['torch:./model@bf16', './model', 'bf16'],
  ['torch:/home/me@work/model', '/home/me@work/model', 'fp32'],
  ['torch:./model@v2@bf16', './model@v2', 'bf16'],
  ['torch:q4_k_m@int8-dynamic', 'q4_k_m', 'int8-dynamic'],
  ['torch:hf:owner/repo', 'hf:owner/repo', 'fp32'],
  ['torch:hf:owner/repo@bf16', 'hf:owner/repo', 'bf16'],
  ['torch:hf:owner/repo@main@bf16', 'hf:owner/repo@main', 'bf16'],
  ['torch:hf:owner/repo:Q8_0@fp32', 'hf:owner/repo:Q8_0', 'fp32'],
  ['torch:hf:owner/repo@refs/pr/1', 'hf:owner/repo@refs/pr/1', 'fp32'],
])('%s names %s as %s', (text, weights, variant) => {
  expect(parseEngineText(text, ENGINES)).toMatchObject({ engine: 'torch', weights, variant });
});

test('an engine without variants reads the rest as a file', () => {
  expect(parseEngineText('scripted:a@b.jsonl', ENGINES)).toEqual({
    engine: 'scripted',
    weights: 'a@b.jsonl',
    variant: undefined,
    readsFile: true,
  });
});

test.each([
  ['torch:./model@int8-dinamic', /no variant is called int8-dinamic; nearest: int8-dynamic/],
  ['torch:hf:owner/repo@main', /no variant is called main; .*behind a path or a revision/],
  ['torch:./model@', /no variant is called nothing/],
  ['torch:@bf16', /names no weights/],
  ['torch:', /names no weights/],
])('%s is refused', (text, words) => {
  expect(() => parseEngineText(text, ENGINES)).toThrow(words);
});

test('other items are none of an engine', () => {
  expect(parseEngineText('q8_0', ENGINES)).toBeUndefined();
  expect(parseRepository('hf:owner/repo:Q8_0')).toBeUndefined();
  expect(parseRepository('hf:owner/repo')).toEqual({
    kind: 'repository',
    repo: 'owner/repo',
    revision: 'main',
  });
  expect(parseRepository('hf:owner/repo@v1')?.revision).toBe('v1');
  expect(parseRepository('hf:../..')).toBeUndefined();
});
