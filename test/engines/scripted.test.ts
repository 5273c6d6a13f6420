import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scripted } from '../../src/engines/scripted/definition.ts';
import { createScriptedEngine } from '../fixtures/scripted-engine.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { describeEngineContract } from './contract.ts';
import { requestFor } from './llama-cpp/tiny-session.ts';

const NEVER = new AbortController().signal;
const request = (id: string) => requestFor('def', { id, maxTokens: 2 });

const double = createScriptedEngine({ answer: (id) => `answer ${id}` });

describeEngineContract("the tests' double", {
  capabilities: double.capabilities,
  open: (parallel) =>
    double.open({ modelPath: '', threads: 1, parallel, settings: {}, signal: NEVER }),
  request,
});

function recorded(...lines: object[]): string {
  const path = join(temporaryFolder(), 'samples.jsonl');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

async function openRecorded(path: string, parallel = 1) {
  const engine = await scripted.create({ env: {}, cwd: '.', options: {} });
  return engine.open({ modelPath: path, threads: 1, parallel, settings: {}, signal: NEVER });
}

describeEngineContract('scripted', {
  capabilities: scripted.capabilities,
  open: (parallel) =>
    openRecorded(
      recorded(...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ task_id: id, completion: id }))),
      parallel,
    ),
  request,
});

test('the second line of a task is its second sample', async () => {
  const session = await openRecorded(
    recorded({ task_id: 'a', completion: 'one' }, { task_id: 'a', completion: 'two' }),
  );
  const texts: string[] = [];
  await session.generate({
    requests: [request('a#1'), request('a')],
    contextSize: undefined,
    onResult: ({ text }) => texts.push(text),
    signal: NEVER,
  });
  expect(texts).toEqual(['two', 'one']);
});

test('a task without a completion, a bad line and a missing file are refused by name', async () => {
  const path = recorded({ task_id: 'a', completion: 'one' });
  const session = await openRecorded(path);
  const options = { contextSize: undefined, onResult: () => undefined, signal: NEVER };
  await expect(session.generate({ requests: [request('b')], ...options })).rejects.toThrow(
    /has no completion of b/,
  );
  await expect(openRecorded(recorded({ task_id: 'a' }))).rejects.toThrow(/line 1 is not a sample/);
  await expect(openRecorded('/nowhere/samples.jsonl')).rejects.toThrow(/cannot be read/);
});
