import { readFileSync } from 'node:fs';
import { sha256Text } from '../records/hash.ts';
import { ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import type { Build } from './marker.ts';

/** Beside the source in a checkout and in a package. */
const FOLDER = new URL('../../src/environments/locks/', import.meta.url);

/** Enough of a hash to tell locks apart. */
const KEY_LETTERS = 12;

/** torch's own, whose builds have versions of their own. */
const TORCH = /^torch==(?<version>\S+)/m;

/** What an environment is made of, to tell it from one of another lock. */
export function lockKey(name: EnvironmentName): string {
  const texts = usesTorch(name) ? [lockText(name), lockText('cuda')] : [lockText(name)];
  return sha256Text(texts.join('\n')).slice(0, KEY_LETTERS);
}

/** Whether torch is in it, of which there are builds. */
export function usesTorch(name: EnvironmentName): boolean {
  return TORCH.test(lockText(name));
}

/** The version of torch's CPU build for Linux, which only PyTorch's own index has: `2.13.0+cpu`. */
export function torchCpuVersion(name: EnvironmentName): string {
  return `${TORCH.exec(lockText(name))?.groups?.['version'] ?? ''}+cpu`;
}

/** Requirements for `pip install --no-deps --require-hashes`. */
export interface Requirements {
  readonly text: string;
  /** How many packages pip looks at. */
  readonly count: number;
}

/** What pip takes as wheels, and what it then builds. */
export function requirementsOf(
  name: EnvironmentName,
  build: Build,
): { readonly wheels: Requirements; readonly built: Requirements } {
  const blocks = [...blocksOf(name), ...(build === 'cuda' ? blocksOf('cuda') : [])].map((block) =>
    // Arbitrary equality: `==2.13.0` would take 2.13.0+cpu too.
    build === 'plain'
      ? block
      : block.replace(TORCH, `torch===$<version>${build === 'cpu' ? '+cpu' : ''}`),
  );
  const names = ENVIRONMENTS[name].built ?? [];
  const isBuilt = (block: string): boolean => names.includes(block.split('==')[0] ?? '');
  return {
    wheels: requirements(blocks.filter((block) => !isBuilt(block))),
    built: requirements(blocks.filter(isBuilt)),
  };
}

function requirements(blocks: readonly string[]): Requirements {
  return { text: blocks.join(''), count: blocks.length };
}

/** Each package with its hashes. */
function blocksOf(file: string): string[] {
  return lockText(file)
    .split(/^(?=\w)/m)
    .filter((block) => !block.startsWith('#'));
}

function lockText(file: string): string {
  return readFileSync(new URL(`${file}.txt`, FOLDER), 'utf8');
}
