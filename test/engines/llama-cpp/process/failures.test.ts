import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { expect, test } from 'vitest';
import type { LlamaCppSession } from '../../../../src/engines/llama-cpp/process/session.ts';
import type { GenerateOptions } from '../../../../src/engines/generation.ts';
import {
  engineProcesses,
  isRunning,
  waitForEngineProcess,
  waitUntilGone,
} from '../../../fixtures/child-processes.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../../fixtures/tiny-gguf.ts';
import { generateAll, NEVER, openFile, openTiny, requestFor } from '../tiny-session.ts';

const ENDLESS = fileURLToPath(new URL('../../../fixtures/generate-for-ever.ts', import.meta.url));

/** Generates one short answer, then one far longer than the test; calls `onStart` in the midst of it. */
async function generateForEver(
  session: LlamaCppSession,
  onStart: () => void,
  changes: Partial<GenerateOptions> = {},
): Promise<readonly string[]> {
  const finished: string[] = [];
  let started = false;
  const run = session.generate({
    requests: [requestFor('short'), requestFor('endless', { maxTokens: 100_000 })],
    contextSize: 100_032,
    onResult: ({ id }) => finished.push(id),
    onNewTokens: (newTokens) => {
      if (newTokens > 40 && !started) {
        started = true;
        onStart();
      }
    },
    signal: NEVER,
    ...changes,
  });
  await run.catch((error: unknown) => {
    throw Object.assign(error as Error, { finished });
  });
  return finished;
}

test('a process that is killed from outside is reported as killed, what came before is kept', async () => {
  const session = await openTiny();
  const [child = 0] = engineProcesses(process.pid);
  await expect(
    generateForEver(session, () => process.kill(child, 'SIGKILL')),
  ).rejects.toMatchObject({
    name: 'EngineFailure',
    reason: 'killed',
    message: 'was killed by SIGKILL',
    logTail: expect.arrayContaining([expect.stringContaining('llama')]),
    finished: ['short'],
  });
  await expect(session.tokens.encode([])).rejects.toMatchObject({ reason: 'killed' });
});

test('a process that stands still is reported as hung and ended', async () => {
  const session = await openTiny({ engine: { stallTimeoutMs: 3_000 } });
  const [child = 0] = engineProcesses(process.pid);
  await expect(
    generateForEver(session, () => process.kill(child, 'SIGSTOP')),
  ).rejects.toMatchObject({
    name: 'EngineFailure',
    reason: 'hung',
    message: 'made no progress for 3 s',
  });
  expect(isRunning(child)).toBe(false);
});

test('aborting ends a generation with the reason, and the process with it', async () => {
  const session = await openTiny();
  const [child = 0] = engineProcesses(process.pid);
  const controller = new AbortController();
  const reason = new Error('enough');
  const run = generateForEver(session, () => controller.abort(reason), {
    signal: controller.signal,
  });
  await expect(run).rejects.toBe(reason);
  expect(isRunning(child)).toBe(false);
});

test('what a receiver of results throws ends the generation and the process', async () => {
  const session = await openTiny();
  const [child = 0] = engineProcesses(process.pid);
  const full = new Error('disk full');
  const run = generateForEver(session, () => {}, {
    onResult: () => {
      throw full;
    },
  });
  await expect(run).rejects.toBe(full);
  expect(isRunning(child)).toBe(false);
});

test('closing a session ends its process', async () => {
  const session = await openTiny();
  const [child = 0] = engineProcesses(process.pid);
  expect(isRunning(child)).toBe(true);
  await session[Symbol.asyncDispose]();
  expect(isRunning(child)).toBe(false);
});

test('an interrupt from the keyboard leaves the end to the parent', async () => {
  const session = await openTiny();
  const [child = 0] = engineProcesses(process.pid);
  process.kill(child, 'SIGINT');
  expect(await generateAll(session, [requestFor('def')])).toHaveLength(1);
});

test.each(['loading', 'generating'])(
  'a parent that is killed takes a %s process along',
  async (stage) => {
    const modelPath = join(temporaryFolder(), 'tiny.gguf');
    await makeTinyGguf(modelPath);
    const parent = execaNode(ENDLESS, [modelPath], { buffer: false, reject: false });
    const child = await waitForEngineProcess(parent.pid ?? 0);
    if (stage === 'generating') {
      await once(parent.stdout, 'data');
    }
    parent.kill('SIGKILL');
    await parent;
    await waitUntilGone(child);
  },
);

test('a context that no memory can hold is refused with the numbers, and the session lives', async () => {
  const session = await openTiny({ settings: { cacheTypeK: 'f32', cacheTypeV: 'f32' } });
  // A token takes 2 kB with this cache: twice what the machine has.
  const contextSize = Math.ceil(totalmem() / 1_000);
  const refusal = {
    name: 'EvalkitError',
    kind: 'memory',
    message: expect.stringMatching(
      /tiny\.gguf does not fit into memory: it needs \d.* GB \(weights .* MB, cache of 1 sequence of \d+ tokens .* GB, buffers .*\) and .* GB are available; lower --parallel/,
    ),
  };
  const run = session.generate({
    requests: [requestFor('def')],
    contextSize,
    onResult: () => {},
    signal: NEVER,
  });
  await expect(run).rejects.toMatchObject(refusal);
  // Timed alone, an answer has a context of its own.
  const timing = session.timing.time({ request: requestFor('def'), contextSize, signal: NEVER });
  await expect(timing).rejects.toMatchObject(refusal);
  const shape = { sequences: 1, promptTokens: 8, newTokens: 8, contextSize, signal: NEVER };
  await expect(session.benchmark.run(shape)).rejects.toMatchObject(refusal);
  expect(await generateAll(session, [requestFor('def')])).toHaveLength(1);
});

test.each([
  [
    'an unknown architecture',
    async (path: string) => makeTinyGguf(path, { architecture: 'perceptron' }),
    /perceptron/,
  ],
  ['no GGUF', async (path: string) => writeFileSync(path, 'garbage'.repeat(1000)), /GGUF/i],
  [
    'a missing end',
    async (path: string) => {
      await makeTinyGguf(path);
      writeFileSync(path, readFileSync(path).subarray(0, 1_000_000));
    },
    /not within the file bounds/,
  ],
  [
    'weights that are no numbers',
    async (path: string) => {
      await makeTinyGguf(path);
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0xff, bytes.length - 200_000));
    },
    /has invalid data/,
  ],
  ['no content', async (path: string) => writeFileSync(path, ''), /magic/],
  ['nothing there', async () => {}, /ENOENT/],
])('a file with %s is refused in words that tell why', async (_name, make, words) => {
  const path = join(temporaryFolder(), 'model.gguf');
  await make(path);
  const opening = openFile(path);
  await expect(opening).rejects.toMatchObject({
    name: 'EvalkitError',
    kind: 'usage',
    message: expect.stringMatching(words),
  });
  await expect(opening).rejects.toThrow(path);
  expect(engineProcesses(process.pid)).toEqual([]);
});

test('layers for a GPU that is not there are refused as a lack of the machine', async (context) => {
  const opening = openTiny({ settings: { gpuLayers: 1 } });
  const failure = await opening.then(
    ({ info }) => context.skip(`this machine has one: ${info.process.backend}`),
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('--gpu-layers 1'),
  });
});

test('wrong settings are refused before anything is started', async () => {
  await expect(openFile('/nowhere', { settings: { cacheTypeK: 'q9_9' } })).rejects.toThrow(
    /--cache-type-k q9_9/,
  );
});

test('a process that grows beyond its memory limit is ended as out of memory, with the numbers', async () => {
  const session = await openTiny({ open: { memoryBytes: 2 ** 26 } }).catch(
    (error: unknown) => error,
  );
  expect(session).toMatchObject({
    name: 'EngineFailure',
    reason: 'out-of-memory',
    message: expect.stringMatching(/^used \d+(\.\d+)? MB of memory, over the limit of 67\.1 MB$/),
  });
});
