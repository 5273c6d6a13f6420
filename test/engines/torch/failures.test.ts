import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EngineSession } from '../../../src/engines/engine.ts';
import { folderCare } from '../../../src/engines/torch/folders.ts';
import { isRunning, waitUntilGone, workersOf } from '../../fixtures/child-processes.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';
import { generateAll, NEVER, requestFor } from '../llama-cpp/tiny-session.ts';
import { hasTorch, openTorch, openTorchFor, TORCH_PYTHON, tinyFolder } from './tiny-torch.ts';

const ENDLESS = fileURLToPath(new URL('../../fixtures/torch-for-ever.ts', import.meta.url));

/** Generates one short answer, then one far longer than the test; calls `onStart` in the midst of it. */
async function generateForEver(
  session: EngineSession,
  onStart: () => void,
  signal = NEVER,
): Promise<readonly string[]> {
  const finished: string[] = [];
  let started = false;
  const run = session.generate({
    requests: [
      requestFor('short', { maxTokens: 4 }),
      requestFor('endless', { maxTokens: 100_000 }),
    ],
    contextSize: 100_032,
    onResult: ({ id }) => finished.push(id),
    onNewTokens: (newTokens) => {
      if (newTokens > 10 && !started) {
        started = true;
        onStart();
      }
    },
    signal,
  });
  await run.catch((error: unknown) => {
    throw Object.assign(error as Error, { finished });
  });
  return finished;
}

describe.skipIf(!hasTorch)('torch: what goes wrong', () => {
  test('a worker that is killed is reported as killed, what came before is kept', async () => {
    const session = await openTorch();
    const [worker = 0] = workersOf(process.pid);
    await expect(
      generateForEver(session, () => process.kill(worker, 'SIGKILL')),
    ).rejects.toMatchObject({
      name: 'EngineFailure',
      reason: 'killed',
      message: 'was killed by SIGKILL',
      finished: ['short'],
    });
  });

  test('a worker that stands still is reported as hung and ended', async () => {
    const session = await openTorch({ stallTimeoutMs: 30_000 });
    const [worker = 0] = workersOf(process.pid);
    await expect(
      generateForEver(session, () => process.kill(worker, 'SIGSTOP')),
    ).rejects.toMatchObject({ reason: 'hung', message: 'made no progress for 30 s' });
    expect(isRunning(worker)).toBe(false);
  });

  test('aborting ends a generation with the reason, and the worker with it', async () => {
    const session = await openTorch();
    const [worker = 0] = workersOf(process.pid);
    const controller = new AbortController();
    const reason = new Error('enough');
    await expect(
      generateForEver(session, () => controller.abort(reason), controller.signal),
    ).rejects.toBe(reason);
    expect(isRunning(worker)).toBe(false);
  });

  test('a parent that is killed takes its worker along', async () => {
    const parent = execaNode(ENDLESS, [TORCH_PYTHON, await tinyFolder('qwen2')], {
      env: { TMPDIR: temporaryFolder() },
      buffer: false,
      reject: false,
    });
    await once(parent.stdout, 'data');
    const [worker = 0] = workersOf(parent.pid ?? 0);
    expect(isRunning(worker)).toBe(true);
    parent.kill('SIGKILL');
    await parent;
    await waitUntilGone(worker);
  });

  test('memory beyond the limit is running out of memory, told by the allocator', async () => {
    // Eager attention wants a score for each pair of tokens at once.
    const options = { attention: ['eager'] };
    const session = await openTorch({ options, open: { memoryBytes: 1_200_000_000 } });
    const shape = { sequences: 1, promptTokens: 20_000, newTokens: 1, signal: NEVER };
    await expect(session.benchmark?.run(shape)).rejects.toMatchObject({
      name: 'EngineFailure',
      reason: 'out-of-memory',
      message: expect.stringMatching(/^ran out of memory: .*allocate/),
    });
  });

  test('a process that grows beyond its own limit is ended as out of memory', async () => {
    await expect(openTorch({ open: { memoryBytes: 2 ** 26 } })).rejects.toMatchObject({
      name: 'EngineFailure',
      reason: 'out-of-memory',
    });
  });

  test.each([
    [
      'an architecture that transformers does not know',
      (folder: string) => edit(folder, 'config.json', { model_type: 'perceptron' }),
      /transformers does not know/,
    ],
    [
      'weights that lack a tensor',
      (folder: string) => edit(folder, 'config.json', { tie_word_embeddings: false }),
      /weights lack lm_head\.weight$/,
    ],
    [
      'weights that break off',
      (folder: string) => {
        const path = join(folder, 'model.safetensors');
        writeFileSync(path, readFileSync(path).subarray(0, 10_000));
      },
      /cannot be (?:read|loaded)/,
    ],
    [
      'no tokenizer',
      (folder: string) => writeFileSync(join(folder, 'tokenizer.json'), '{}'),
      /tokenizer cannot be loaded/,
    ],
  ])('a folder with %s is refused in a line', async (_name, spoil, words) => {
    const folder = join(temporaryFolder(), 'model');
    cpSync(await tinyFolder('qwen2'), folder, { recursive: true });
    spoil(folder);
    await expect(openTorch({ folder })).rejects.toMatchObject({
      name: 'EvalkitError',
      kind: 'usage',
      message: expect.stringMatching(words),
    });
  });

  test('CUDA where there is none is refused as a lack of the machine', async (context) => {
    const failure = await openTorch({ options: { device: 'cuda' } }).then(
      () => context.skip('this machine has one'),
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/^--device cuda: .*use --device cpu$/),
    });
  });

  test('what cannot be written is no fault of the GGUF, what is no GGUF is', async () => {
    const care = folderCare({ python: TORCH_PYTHON, env: process.env, trustRemoteCode: false });
    const gguf = join(temporaryFolder(), 'tiny.gguf');
    await makeTinyGguf(gguf);
    await expect(care.unpack(gguf, '/dev/null/folder', NEVER)).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(
        /tiny\.gguf: transformers cannot unpack it: NotADirectoryError/,
      ),
    });
    writeFileSync(gguf, 'no model');
    await expect(care.unpack(gguf, temporaryFolder(), NEVER)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/tiny\.gguf: transformers cannot unpack it: \w+: ./),
    });
  });

  test('a folder that torch cannot use is no fault of the weights', async () => {
    stubVariable('TORCHINDUCTOR_CACHE_DIR', '/dev/null/compiled');
    await expect(openTorch()).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/qwen2 cannot be loaded: .*'\/dev\/null\/compiled'$/),
    });
  });

  test('what a worker leaves in its temporary folder goes with it', async () => {
    const model = await tinyFolder('qwen2');
    const folder = temporaryFolder();
    stubVariable('TMPDIR', folder);
    await using session = await openTorchFor({ folder: model });
    const [own = ''] = readdirSync(folder);
    writeFileSync(join(folder, own, 'left'), '');
    await session[Symbol.asyncDispose]();
    expect(own).toMatch(/^evalkit-torch-/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a model without a chat template is refused in chat form', async () => {
    const session = await openTorch({ kind: 'llama' });
    const chat = { kind: 'chat', system: undefined, user: 'hi', answerPrefix: '' } as const;
    await expect(generateAll(session, [requestFor(chat)])).rejects.toThrow(
      /has no chat template; use --prompt raw/,
    );
  });

  test('a draft of another vocabulary is refused with what differs', async () => {
    const session = await openTorch();
    const folder = join(temporaryFolder(), 'draft');
    cpSync(await tinyFolder('qwen2'), folder, { recursive: true });
    const path = join(folder, 'tokenizer.json');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('<|im_end|>', '<|im_over|>'));
    await expect(session.drafts?.load(folder)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(
        /cannot draft for this model: token 2 is "<\|im_over\|>" in it/,
      ),
    });
  });
});

function edit(folder: string, name: string, changes: object): void {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
}

/** Sets a variable of the environment until the test is over. */
function stubVariable(name: string, value: string): void {
  vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
