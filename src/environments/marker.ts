import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { cacheFolder } from '../options/cache-folder.ts';
import type { EnvironmentName } from './environments.ts';
import { lockKey } from './lock.ts';

/** Which build of torch an environment has; `plain`: there is one alone, or no torch. */
export const BUILDS = ['cpu', 'cuda', 'plain'] as const;
export type Build = (typeof BUILDS)[number];

const markerSchema = z.object({
  version: z.literal(1),
  build: z.enum(BUILDS),
  python: z.string(),
  /** Of the packages that the environment is for. */
  packages: z.record(z.string(), z.string()),
  bytes: z.int(),
  seconds: z.number(),
});

/** What is written into an environment when it is whole, and never before. */
export type Marker = z.infer<typeof markerSchema>;

const MARKER_FILE = 'evalkit-environment.json';

/** Where an environment lies: by its name and by what its lock file says. */
export function environmentFolder(name: EnvironmentName, env: NodeJS.ProcessEnv): string {
  return join(environmentsFolder(env), name, lockKey(name));
}

/** Where all environments lie. */
export function environmentsFolder(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), 'environments');
}

/** The interpreter of an environment. */
export function interpreterIn(folder: string): string {
  return join(folder, 'bin', 'python');
}

/** What lies in a folder; `undefined`: nothing whole. */
export async function readMarker(folder: string): Promise<Marker | undefined> {
  const text = await readFile(join(folder, MARKER_FILE), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : markerSchema.parse(JSON.parse(text));
  } catch {
    // A marker that nobody can read marks nothing: the environment is made anew.
    return undefined;
  }
}

export async function writeMarker(folder: string, marker: Marker): Promise<void> {
  await writeFileAtomic(join(folder, MARKER_FILE), `${JSON.stringify(marker, null, 2)}\n`);
}
