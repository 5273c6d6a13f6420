import { describe, expect, test } from 'vitest';
import { parseBase, parseModelItem } from '../../src/models/item.ts';
import { EvalkitError } from '../../src/records/error.ts';

const BASE = parseBase('qwen2.5-coder-0.5b');

describe('--base', () => {
  test.each([
    ['qwen2.5-coder-1.5b', { kind: 'catalogue', base: 'qwen2.5-coder-1.5b' }],
    ['./models/own.gguf', { kind: 'local', path: './models/own.gguf' }],
    ['C:\\models\\own.GGUF', { kind: 'local', path: 'C:\\models\\own.GGUF' }],
    ['hf:owner/repo', { kind: 'hub', repo: 'owner/repo', revision: 'main' }],
    ['hf:owner/repo@v1', { kind: 'hub', repo: 'owner/repo', revision: 'v1' }],
  ])('%s is read', (text, item) => {
    expect(parseBase(text)).toEqual(item);
  });

  test.each([
    ['qwen2.5-coder-5b', 'no base is called qwen2.5-coder-5b; nearest: qwen2.5-coder-0.5b,'],
    ['hf:owner', 'write hf:owner/repo or hf:owner/repo@revision'],
    ['hf:owner/..', 'is not a hub repository'],
    ['hf:owner/repo/file.gguf', 'is not a hub repository'],
    ['./model.safetensors', 'evalkit convert FOLDER'],
    ['models/qwen', 'evalkit convert FOLDER'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => parseBase(text)).toThrow(reason);
  });
});

describe('an item of --model', () => {
  test.each([
    ['Q8', { kind: 'catalogue', base: 'qwen2.5-coder-0.5b', quantization: 'q8_0' }],
    [
      'Qwen2.5-Coder-1.5B:f16',
      { kind: 'catalogue', base: 'qwen2.5-coder-1.5b', quantization: 'f16' },
    ],
    ['own.gguf', { kind: 'local', path: 'own.gguf', quantization: undefined }],
    [
      'hf:owner/repo:Q4_K_M',
      { kind: 'hub', repo: 'owner/repo', revision: 'main', quantization: 'q4_k_m' },
    ],
    [
      'hf:owner/repo:q8@refs/pr/1',
      { kind: 'hub', repo: 'owner/repo', revision: 'refs/pr/1', quantization: 'q8_0' },
    ],
    [
      'hf:owner/repo/sub/file.gguf@abc',
      { kind: 'hub-file', repo: 'owner/repo', revision: 'abc', file: 'sub/file.gguf' },
    ],
  ])('%s is read', (text, item) => {
    expect(parseModelItem(text, BASE)).toEqual(item);
  });

  test('that is a quantization belongs to the base, whatever that is', () => {
    expect(parseModelItem('q8', parseBase('own.gguf'))).toEqual({
      kind: 'local',
      path: 'own.gguf',
      quantization: 'q8_0',
    });
    expect(parseModelItem('q8', parseBase('hf:owner/repo@v1'))).toEqual({
      kind: 'hub',
      repo: 'owner/repo',
      revision: 'v1',
      quantization: 'q8_0',
    });
  });

  test.each([
    ['q4km', '--model q4km: no quantization is called q4km; nearest: q4_k_m'],
    ['q4', 'no quantization is called q4; nearest: q4_'],
    ['qwen2.5-coder-1.5b', 'is a base; say which quantization of it, as qwen2.5-coder-1.5b:q8_0'],
    ['qwen:q8', 'no base is called qwen; nearest: qwen2.5-coder-'],
    ['qwen2.5-coder-1.5b:q99', 'no quantization is called q99'],
    ['hf:owner/repo', 'write hf:owner/repo:Q8_0 or hf:owner/repo/file.gguf'],
    ['hf:owner/repo/../../x.gguf', 'is not a hub item'],
    ['hf:owner/repo:q8@..', 'is not a hub item'],
    ['hf:owner/repo/model.safetensors', 'evalkit convert FOLDER'],
    ['model.safetensors', 'evalkit convert FOLDER'],
    ['/models/folder', 'evalkit convert FOLDER'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => parseModelItem(text, BASE)).toThrow(reason);
  });

  test('is refused with a usage error of one line', () => {
    try {
      parseModelItem('nonsense', BASE);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(EvalkitError);
      expect(error).toMatchObject({ kind: 'usage', message: expect.not.stringContaining('\n') });
    }
  });
});
