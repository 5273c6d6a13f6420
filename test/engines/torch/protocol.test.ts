import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineSession } from '../../../src/engines/engine.ts';
import { createTorchEngine } from '../../../src/engines/torch/engine.ts';
import { planSettings } from '../../../src/engines/torch/settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { NEVER } from '../llama-cpp/tiny-session.ts';

const INSTALLED = JSON.stringify({
  python: '3.11.0',
  packages: Object.fromEntries(
    ['torch', 'transformers', 'safetensors', 'tokenizers', 'numpy'].map((name) => [name, '1']),
  ),
});

/** Opens a model in a worker that is a shell script: it says that it has torch, then sends a line. */
async function openForged(sends: string): Promise<EngineSession> {
  const path = join(temporaryFolder(), 'python');
  const lines = ['#!/bin/sh', 'case "$*" in', '*main.py*) read question', sends, ';;'];
  writeFileSync(path, [...lines, `*) echo '${INSTALLED}' ;;`, 'esac', ''].join('\n'));
  chmodSync(path, 0o755);
  const engine = await createTorchEngine({
    env: { PATH: process.env['PATH'] },
    cwd: '/',
    options: { enginePython: path },
  });
  const [choice] = planSettings('completions', {});
  return engine.open({
    modelPath: '/nowhere',
    threads: 1,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal: NEVER,
  });
}

test.each([
  ['no JSON', `echo 'Loading weights: 100%'; exec sleep 60`],
  ['a message of another protocol', `echo '{"kind":"opened","protocol":2}'; exec sleep 60`],
  [
    'a number where a text must be',
    `echo '{"kind":"failed","reason":7,"message":""}'; exec sleep 60`,
  ],
  ['an unknown kind', `echo '{"kind":"surprise"}'; exec sleep 60`],
])('%s from the worker is a failure of the engine, never an answer', async (_name, sends) => {
  await expect(openForged(sends)).rejects.toMatchObject({
    name: 'EngineFailure',
    reason: 'failed',
    message: expect.stringMatching(/sent a message that is none of the protocol/),
  });
});

test('a worker that ends says how, with its last words', async () => {
  await expect(openForged(`echo 'no such library' >&2; exit 3`)).rejects.toMatchObject({
    name: 'EngineFailure',
    reason: 'died',
    message: 'ended with exit code 3',
    logTail: ['no such library'],
  });
});

test('a worker that runs out of memory says so', async () => {
  const sends = `echo '{"kind":"failed","reason":"out-of-memory","message":"DefaultCPUAllocator"}'; exec sleep 60`;
  await expect(openForged(sends)).rejects.toMatchObject({
    name: 'EngineFailure',
    reason: 'out-of-memory',
    message: 'ran out of memory: DefaultCPUAllocator',
  });
});

test("what a worker refuses is the user's to mend", async () => {
  const sends = `echo '{"kind":"refused","errorKind":"usage","message":"no such model"}'; exec sleep 60`;
  await expect(openForged(sends)).rejects.toMatchObject({
    name: 'EvalkitError',
    kind: 'usage',
    message: 'no such model',
  });
});
