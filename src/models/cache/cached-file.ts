import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Provenance } from '../../records/model.ts';
import { hashFile } from './checksum.ts';
import { systemCode } from '../../records/system-error.ts';
import type { ModelSettings } from '../settings.ts';
import { isUntouched, readSidecar, type Sidecar, sidecarPath, writeSidecar } from './sidecar.ts';
import type { HeldFile } from '../sources/source.ts';

/** What a file in the cache turned out to be. */
export type CachedFile =
  | { readonly kind: 'absent' }
  /** It has no sidecar, and nobody said what it should be. */
  | { readonly kind: 'unknown' }
  /** `reason` is a sentence about the path, without its end. */
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'held'; readonly held: HeldFile };

/** What is expected of a file in the cache beside what its sidecar says. */
export interface Expectation {
  /** `undefined`: the sidecar's. */
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
  /** For a file without a sidecar. */
  readonly provenance: Provenance;
}

/**
 * Looks a file of the cache up. Its size is compared each time; it is hashed only if it was touched
 * since the last time.
 */
export async function findCached(
  path: string,
  expectation: Expectation,
  settings: ModelSettings,
): Promise<CachedFile> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    return { kind: 'absent' };
  }
  const sidecar = await readSidecar(sidecarPath(path));
  const expected = expectation.sha256 ?? sidecar?.sha256;
  if (expected === undefined) {
    return { kind: 'unknown' };
  }
  const bytes = expectation.bytes ?? sidecarBytes(sidecar, expected);
  if (bytes !== undefined && bytes !== found.size) {
    return { kind: 'wrong', reason: `${path} has ${found.size} bytes, expected ${bytes}` };
  }
  const untouched = sidecar !== undefined && (await isUntouched(sidecar, path));
  const sha256 = untouched ? sidecar.sha256 : await hashOrError(path, settings);
  if (sha256 instanceof Error) {
    return { kind: 'wrong', reason: `${path} cannot be read (${systemCode(sha256)})` };
  }
  if (sha256 !== expected) {
    return { kind: 'wrong', reason: `${path} has sha256 ${sha256}, expected ${expected}` };
  }
  const provenance = sidecar?.provenance ?? expectation.provenance;
  if (untouched) {
    const file = { name: basename(path), sha256, bytes: found.size };
    return { kind: 'held', held: { path, file, provenance } };
  }
  return { kind: 'held', held: await keepInCache(path, sha256, provenance) };
}

/** A file that cannot be read comes back as the system's error. */
async function hashOrError(path: string, settings: ModelSettings): Promise<string | Error> {
  try {
    return await hashFile(path, settings);
  } catch (error) {
    if (error instanceof Error && systemCode(error) !== undefined) {
      return error;
    }
    throw error;
  }
}

/** The sidecar of other bytes says nothing of the size that these should have. */
function sidecarBytes(sidecar: Sidecar | undefined, sha256: string): number | undefined {
  return sidecar?.sha256 === sha256 ? sidecar.bytes : undefined;
}

/** Writes down what a file in the cache is, so that it need not be hashed again. */
export async function keepInCache(
  path: string,
  sha256: string,
  provenance: Provenance,
): Promise<HeldFile> {
  const { bytes } = await writeSidecar(sidecarPath(path), { path, sha256, provenance });
  return { path, file: { name: basename(path), sha256, bytes }, provenance };
}
