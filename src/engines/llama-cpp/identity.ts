import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { EngineIdentity } from '../../records/plan.ts';

const packageSchema = z.object({ version: z.string() });
const releaseSchema = z.object({ release: z.string() });

/**
 * Raised whenever sequences come to share their passes in another way: what else is in a batch can
 * change a greedy completion, so completions of another schedule are another engine's. 2: idle
 * sequences fill gaps at a run's end. 3: how much is drafted.
 */
const SCHEDULE = 3;

/** The versions of the installed engine, read from its files: nothing native is loaded. */
export function llamaCppIdentity(): EngineIdentity {
  const entry = import.meta.resolve('node-llama-cpp');
  const read = (path: string): unknown =>
    JSON.parse(readFileSync(fileURLToPath(new URL(path, entry)), 'utf8'));
  const { version } = packageSchema.parse(read('../package.json'));
  const { release } = releaseSchema.parse(read('../llama/binariesGithubRelease.json'));
  return {
    name: 'llama-cpp',
    version: `${version}+schedule.${SCHEDULE}`,
    versions: { 'node-llama-cpp': version, 'llama.cpp': release },
  };
}
