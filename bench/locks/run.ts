/*
 * Writes the lock file of each Python environment anew from the packages in
 * src/environments/environments.ts: every package that those need, pinned, with the hashes of its wheels
 * for Linux and macOS. Needs uv, and the package index.
 *
 *     npm run locks
 */

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ENVIRONMENT_NAMES, ENVIRONMENTS } from '../../src/environments/environments.ts';
import { isOfCuda, lockText, type LockedPackage, readResolution } from './resolution.ts';

const FOLDER = new URL('../../src/environments/locks/', import.meta.url);

/** The oldest Python that all of the packages take. */
const OLDEST_PYTHON = '3.11';

let cuda: LockedPackage[] = [];
for (const name of ENVIRONMENT_NAMES) {
  const { packages, without = [] } = ENVIRONMENTS[name];
  const resolved = await resolve(packages);
  const wanted = resolved.filter((one) => !without.includes(one.name));
  await write(
    name,
    wanted.filter((one) => !isOfCuda(one)),
  );
  const ofCuda = wanted.filter(isOfCuda);
  if (ofCuda.length > 0 && cuda.length > 0 && lockText(ofCuda) !== lockText(cuda)) {
    throw new Error(`${name} needs other CUDA libraries than the environments before it`);
  }
  cuda = ofCuda.length > 0 ? ofCuda : cuda;
}
await write('cuda', cuda);

async function resolve(packages: readonly string[]): Promise<LockedPackage[]> {
  const { stdout } = await execa(
    'uv',
    [
      'pip',
      'compile',
      '-',
      '--universal',
      '--python-version',
      OLDEST_PYTHON,
      '--quiet',
      '--format',
      'pylock.toml',
    ],
    { input: packages.join('\n') },
  );
  return readResolution(stdout);
}

async function write(name: string, packages: readonly LockedPackage[]): Promise<void> {
  await writeFile(fileURLToPath(new URL(`${name}.txt`, FOLDER)), lockText(packages));
}
