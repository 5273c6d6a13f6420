import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CANDIDATE_SIDE } from './inside/candidate-side.ts';
import { CHECKER_SIDE } from './inside/checker-side.ts';
import type { Terms } from './messages.ts';

const require = createRequire(import.meta.url);

/**
 * From src/sandbox/javascript in a checkout and from dist/sandbox/javascript in a package alike. The
 * processes are plain JavaScript: without a compiler that writes machine code, as they run, Node
 * strips no types.
 */
export const PROCESSES = fileURLToPath(
  new URL('../../../src/sandbox/javascript/processes', import.meta.url),
);

/** What runs in the isolates before any program. */
export function isolateSources(): Terms['sources'] {
  const md5 = readFileSync(require.resolve('js-md5/build/md5.min.js'), 'utf8');
  return { candidate: CANDIDATE_SIDE, checker: CHECKER_SIDE, md5 };
}
