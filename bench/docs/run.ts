/*
 * Writes the files of the documentation that are made from the declarations of the options and of the
 * records.
 *
 *     npm run docs
 *     npm run docs -- --check
 *
 * With --check it writes nothing, names the pages that are stale, and ends with 1 where there are any.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedPages } from './pages.ts';

const ROOT = new URL('../../', import.meta.url);
const isCheck = process.argv.includes('--check');

for (const [path, content] of await generatedPages()) {
  const file = fileURLToPath(new URL(path, ROOT));
  const is = await readFile(file, 'utf8').catch(() => undefined);
  if (is === content) {
    continue;
  }
  if (isCheck) {
    process.stderr.write(`${path} is stale; run npm run docs\n`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    process.stdout.write(`${path}\n`);
  }
}
