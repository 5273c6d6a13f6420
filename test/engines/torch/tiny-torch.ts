import { existsSync, renameSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { Engine, EngineSession, OpenOptions } from '../../../src/engines/engine.ts';
import { createTorchEngine } from '../../../src/engines/torch/engine.ts';
import { planSettings } from '../../../src/engines/torch/settings.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import { environmentFolder, interpreterIn } from '../../../src/environments/marker.ts';
import { weightsCache } from '../../fixtures/weights.ts';
import { NEVER } from '../llama-cpp/tiny-session.ts';

const SCRIPT = fileURLToPath(new URL('tiny_models.py', import.meta.url));

/** A Python with torch and transformers: the variable's, or the environment that `.ci/run` makes. */
export const TORCH_PYTHON =
  process.env['EVALKIT_ENGINE_PYTHON'] ??
  interpreterIn(environmentFolder('torch', { EVALKIT_CACHE: weightsCache() }));

/** A developer may have none: tests of torch are left out then. Under `.ci/run` they fail. */
export const hasTorch =
  existsSync(TORCH_PYTHON) || process.env['EVALKIT_TEST_TORCH'] === 'required';

if (!hasTorch) {
  // oxlint-disable-next-line no-console
  console.warn(
    `tests of the torch engine are left out: there is no ${TORCH_PYTHON}; EVALKIT_CACHE=${weightsCache()} evalkit engine install torch makes it`,
  );
}

export type TinyKind =
  | 'qwen2'
  | 'qwen2-other'
  | 'narrow'
  | 'wide'
  | 'starcoder2'
  | 'gpt_bigcode'
  | 'llama';

/** The folder of a tiny random model; all are made once a machine. */
export async function tinyFolder(kind: TinyKind): Promise<string> {
  const name = `evalkit-tiny-torch-${sha256Text(readFileSync(SCRIPT, 'utf8')).slice(0, 16)}`;
  const folder = join(tmpdir(), name);
  if (!existsSync(folder)) {
    const made = await mkdtemp(join(tmpdir(), `${name}-`));
    await execa(TORCH_PYTHON, ['-I', '-B', SCRIPT, made]);
    try {
      renameSync(made, folder);
    } catch (error) {
      // Another test file was faster.
      rmSync(made, { recursive: true });
      if (!existsSync(folder)) {
        throw error;
      }
    }
  }
  return join(folder, kind);
}

export interface TinyTorch {
  readonly kind?: TinyKind;
  /** Another folder than that of a kind. */
  readonly folder?: string;
  readonly variant?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly open?: Partial<OpenOptions>;
  readonly stallTimeoutMs?: number;
}

export function torchEngine({ variant, options, stallTimeoutMs }: TinyTorch = {}): Promise<Engine> {
  return createTorchEngine(
    {
      env: process.env,
      cwd: process.cwd(),
      options: { enginePython: TORCH_PYTHON, ...options },
      variants: [variant],
    },
    stallTimeoutMs,
  );
}

/** Opens a tiny model on one thread; the caller closes it. */
export async function openTorchFor(asked: TinyTorch = {}): Promise<EngineSession> {
  const { kind = 'qwen2', folder, variant, options = {}, open } = asked;
  const [choice] = planSettings('completions', options, variant);
  const engine = await torchEngine(asked);
  return engine.open({
    modelPath: folder ?? (await tinyFolder(kind)),
    threads: 1,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal: NEVER,
    ...open,
  });
}

/** Opens a tiny model; it is closed when the test is over. */
export async function openTorch(asked: TinyTorch = {}): Promise<EngineSession> {
  const session = await openTorchFor(asked);
  onTestFinished(() => session[Symbol.asyncDispose]());
  return session;
}
