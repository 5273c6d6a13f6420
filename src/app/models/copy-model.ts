import { about } from '../../options/message.ts';
import { quantizeOptions } from './quantize-options.ts';
import { constants } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { localSidecarPath } from '../../models/cache/cache-folder.ts';
import { hashFile } from '../../models/cache/checksum.ts';
import { completeFile } from '../../models/cache/partial-file.ts';
import { writeSidecar } from '../../models/cache/sidecar.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { ResolvedModel } from '../../models/resolve.ts';
import { environmentError, EvalkitError, usageError } from '../../records/error.ts';
import type { WeightFile } from '../../records/model.ts';
import type { Host } from '../host.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { findPlace } from '../../files/output-place.ts';

/** Makes the folder that models go to. Throws an environment error where that cannot be. */
export async function makeOutFolder(out: string): Promise<void> {
  try {
    await makeFolder(out);
  } catch (error) {
    throw environmentError(
      about`${quantizeOptions.options.out} ${out} cannot be made: ${reasonOf(error)}; name another folder`,
      error,
    );
  }
}

/**
 * Copies a model's file, or all its parts, into a folder that exists; a file system that can shares
 * the blocks. Throws a usage error where another file of that name exists.
 */
export async function copyModel(
  { path, record }: ResolvedModel,
  out: string,
  host: Host,
): Promise<ResolvedModel> {
  const { weights } = record;
  if (weights.kind !== 'file') {
    throw usageError(`${weights.name} is not a weight file, and only those can be copied`);
  }
  const { parts = [weights] } = weights;
  for (const part of parts) {
    await copyPart(join(dirname(path), part.name), { part, target: join(out, part.name) }, host);
  }
  return { path: join(out, weights.name), record };
}

/** Copies a model's one file to a path of the user's; its history is kept in the cache. */
export async function copyModelTo(
  { path, record }: ResolvedModel,
  target: string,
  host: Host,
): Promise<ResolvedModel> {
  const { weights, provenance } = record;
  if (weights.kind !== 'file') {
    throw usageError(`${weights.name} is not a weight file, and only those can be copied`);
  }
  await copyPart(path, { part: weights, target }, host);
  const sidecar = localSidecarPath(cacheFolder(host.env), target);
  await writeSidecar(sidecar, { path: target, sha256: weights.sha256, provenance });
  return { path: target, record: { ...record, weights: { ...weights, name: basename(target) } } };
}

async function copyPart(
  source: string,
  { part, target }: { readonly part: WeightFile; readonly target: string },
  host: Host,
): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found !== undefined) {
    const isSame =
      found.isFile() && found.size === part.bytes && (await hashFile(target, host)) === part.sha256;
    if (!isSame) {
      throw usageError(`${target} exists and is another file; move it, or name another --out`);
    }
    return;
  }
  try {
    // A link whose target is missing stays one.
    const place = await findPlace(target);
    const end = place.kind === 'file' ? place.path : target;
    await completeFile(end, (partial) => copyFile(source, partial, constants.COPYFILE_FICLONE));
  } catch (error) {
    // The disk's own words: the advice that goes with them is for the cache.
    const cause = error instanceof EvalkitError ? (error.cause ?? error) : error;
    throw environmentError(
      `${target} cannot be written: ${reasonOf(cause)}; free some space, or name another --out`,
      error,
    );
  }
}
