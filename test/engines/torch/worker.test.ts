import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const WORKER = fileURLToPath(new URL('../../../src/engines/torch/worker/', import.meta.url));

test('the worker takes no question that is not of the protocol', async () => {
  await execa('python3', ['-I', '-B', fileURLToPath(new URL('worker_checks.py', import.meta.url))]);
});

test('the files of the worker are short', () => {
  const files = readdirSync(WORKER, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.py'),
  );
  expect(files.length).toBeGreaterThan(10);
  for (const name of files) {
    const lines = readFileSync(join(WORKER, name), 'utf8').split('\n').length;
    expect([name, lines < 200]).toEqual([name, true]);
  }
});
