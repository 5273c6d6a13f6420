import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { llamaCppIdentity } from '../../../src/engines/llama-cpp/identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'evalkit-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, value: object): void {
  writeFileSync(join(folder, path), JSON.stringify(value));
}

function identity() {
  return llamaCppIdentity(String(pathToFileURL(join(folder, 'dist/index.js'))));
}

test('a library that was built here is another engine', () => {
  for (const path of ['dist', 'llama']) {
    mkdirSync(join(folder, path));
  }
  write('package.json', { version: '3.22.1' });
  write('llama/binariesGithubRelease.json', { release: 'v0.5.0' });
  const prebuilt = identity();
  expect(prebuilt.versions).toEqual({ 'node-llama-cpp': '3.22.1', 'llama.cpp': 'v0.5.0' });
  write('llama/built-here.json', { 'libggml-cpu-zen4.so': 'a'.repeat(64) });
  const built = identity();
  write('llama/built-here.json', { 'libggml-cpu-zen4.so': 'b'.repeat(64) });
  expect(new Set([prebuilt.version, built.version, identity().version])).toHaveLength(3);
  expect(built.versions['llama.cpp']).toMatch(/^v0\.5\.0, built here \([0-9a-f]{12}\)$/);
  write('llama/built-here.json', {});
  expect(identity()).toEqual(prebuilt);
});
