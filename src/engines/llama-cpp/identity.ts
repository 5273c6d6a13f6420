import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sha256Json } from '../../records/hash.ts';
import type { EngineIdentity } from '../../records/plan.ts';

const packageSchema = z.object({ version: z.string() });
const releaseSchema = z.object({ release: z.string() });
/** By name, libraries that were built on this machine and stand in the place of prebuilt ones. */
const builtHereSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/**
 * Raised whenever sequences come to share their passes in another way: what else is in a batch can
 * change a greedy completion, so completions of another schedule are another engine's. 2: idle
 * sequences fill gaps at a run's end. 3: how much is drafted.
 */
const SCHEDULE = 3;

/** Where builds of this machine are written down (`npm run bench:native`, `bench/cuda/build-backend.sh`). */
const BUILT_HERE = '../llama/built-here.json';

/** The versions of the installed engine, read from its files: nothing native is loaded. */
export function llamaCppIdentity(
  entry: string = import.meta.resolve('node-llama-cpp'),
): EngineIdentity {
  const pathOf = (path: string): string => fileURLToPath(new URL(path, entry));
  const read = (path: string): unknown => JSON.parse(readFileSync(pathOf(path), 'utf8'));
  const { version } = packageSchema.parse(read('../package.json'));
  const { release } = releaseSchema.parse(read('../llama/binariesGithubRelease.json'));
  const builtHere = existsSync(pathOf(BUILT_HERE)) ? builtHereSchema.parse(read(BUILT_HERE)) : {};
  // Another compiler's sums are rounded otherwise, so that completions are another engine's.
  const own = Object.keys(builtHere).length === 0 ? '' : sha256Json(builtHere).slice(0, 12);
  return {
    name: 'llama-cpp',
    version: `${version}+schedule.${SCHEDULE}${own && `+build.${own}`}`,
    versions: {
      'node-llama-cpp': version,
      'llama.cpp': own === '' ? release : `${release}, built here (${own})`,
    },
  };
}
