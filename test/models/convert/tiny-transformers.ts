import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sha256Text } from '../../../src/records/hash.ts';
import { hasTorch, TORCH_PYTHON } from '../../engines/torch/tiny-torch.ts';

/** The environment of torch has what the converter needs, too. */
export const PYTHON = TORCH_PYTHON;

/** Tests of converted weights are left out where those of torch are. */
export const hasPython = hasTorch;

const SCRIPTS = fileURLToPath(new URL('../../fixtures/tiny-transformers/', import.meta.url));

/** Tiny random models, a folder each: made once a machine. */
export async function tinyFolders(): Promise<string> {
  const scripts = readdirSync(SCRIPTS).filter((name) => name.endsWith('.py'));
  const text = scripts.map((name) => readFileSync(join(SCRIPTS, name), 'utf8')).join('');
  const name = `evalkit-tiny-transformers-${sha256Text(text).slice(0, 16)}`;
  const folder = join(tmpdir(), name);
  if (!existsSync(folder)) {
    const made = await mkdtemp(join(tmpdir(), `${name}-`));
    await execa(PYTHON, ['-B', join(SCRIPTS, 'make.py'), made]);
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
  return folder;
}

/** What transformers gives for windows of several folders, all in one process. */
export async function references(
  requests: readonly {
    readonly folder: string;
    readonly windows: readonly (readonly number[])[];
  }[],
): Promise<number[][][]> {
  const input = JSON.stringify(requests);
  const { stdout } = await execa(PYTHON, ['-B', join(SCRIPTS, 'references.py')], { input });
  return JSON.parse(stdout) as number[][][];
}
