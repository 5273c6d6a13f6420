import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { provenanceSchema, sha256Schema } from '../../records/model.ts';
import { diskError, UnwritableError } from '../../files/disk-error.ts';
import { makeFolder } from '../../files/make-folder.ts';

const sidecarSchema = z.object({
  version: z.literal(1),
  path: z.string(),
  bytes: z.int().nonnegative(),
  /** With `bytes` it tells whether the file is still the one that was hashed. */
  mtimeMs: z.number(),
  sha256: sha256Schema,
  provenance: z.preprocess(upgraded, provenanceSchema),
});

/** Sidecars before version 0.2 name the release of llama.cpp where a provenance now names the tool. */
function upgraded(provenance: unknown): unknown {
  return typeof provenance === 'object' && provenance !== null && 'llamaCpp' in provenance
    ? { ...provenance, tool: `llama.cpp ${String(provenance.llamaCpp)}` }
    : provenance;
}

/** What is known of a weight file, kept in a small file of its own so that it is hashed once. */
export type Sidecar = z.infer<typeof sidecarSchema>;

/** Where the sidecar of a file in the cache lies. */
export function sidecarPath(file: string): string {
  return `${file}.json`;
}

/** Reads a sidecar; `undefined` where there is none that can be trusted to be ours. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  try {
    return sidecarSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Missing, torn or of another version: the file is hashed again, which loses nothing.
    return undefined;
  }
}

/**
 * Writes down what a file is, as it lies there now. Where the folder cannot be written this is left
 * out: the file is hashed again the next time.
 */
export async function writeSidecar(
  path: string,
  known: Pick<Sidecar, 'path' | 'sha256' | 'provenance'>,
): Promise<Sidecar> {
  const { size, mtimeMs } = await stat(known.path);
  const sidecar: Sidecar = { version: 1, bytes: size, mtimeMs, ...known };
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, `${JSON.stringify(sidecar, undefined, 2)}\n`);
    return sidecar;
  } catch (error) {
    const failure = diskError(error, path);
    if (failure instanceof UnwritableError) {
      return sidecar;
    }
    throw failure;
  }
}

/** True while nobody has written to the file since it was hashed. */
export async function isUntouched(sidecar: Sidecar, path: string): Promise<boolean> {
  const { size, mtimeMs } = await stat(path);
  return sidecar.path === path && sidecar.bytes === size && sidecar.mtimeMs === mtimeMs;
}
