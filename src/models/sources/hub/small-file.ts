import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { environmentError } from '../../../records/error.ts';
import { reasonOf } from '../../../records/system-error.ts';
import { publishedPath } from '../../cache/cache-folder.ts';
import { findCached, keepInCache } from '../../cache/cached-file.ts';
import { completeFile } from '../../cache/partial-file.ts';
import type { ModelContext } from '../../context.ts';
import { publishedVia } from '../source.ts';
import type { HubListing, HubReference } from './repository.ts';
import { resolvePath } from './source.ts';

/** The hub keeps larger files in LFS, whose sha256 it names. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * The text of a file that the hub keeps in git, from the cache where it was fetched before. It is
 * checked by git's own name for its content. Throws an environment error where it cannot be had.
 */
export async function readSmallFile(
  at: HubReference,
  { rfilename: name, blobId }: HubListing['siblings'][number],
  context: ModelContext,
): Promise<string> {
  const path = publishedPath(context.cacheFolder, { ...at, name });
  const provenance = publishedVia('hub', at);
  const cached = await findCached(
    path,
    { sha256: undefined, bytes: undefined, provenance },
    context,
  );
  if (cached.kind === 'held') {
    return readFile(path, 'utf8');
  }
  const called = `hf:${at.repo}/${name}`;
  const bytes = await fetchBytes(called, resolvePath({ ...at, name }), context);
  if (blobId != null && gitName(bytes) !== blobId) {
    throw environmentError(
      `${called}: what the hub sent is not the file that it lists (git ${blobId}); try again`,
    );
  }
  await completeFile(path, (partial) => writeFile(partial, bytes));
  await keepInCache(path, createHash('sha256').update(bytes).digest('hex'), provenance);
  return bytes.toString('utf8');
}

async function fetchBytes(
  called: string,
  path: string,
  { hubClient, signal }: ModelContext,
): Promise<Buffer> {
  const answer = await hubClient?.get(path);
  if (answer === undefined || answer.kind === 'refused') {
    const reason = answer === undefined ? 'the hub is not asked (--offline)' : answer.reason;
    throw environmentError(`${called}: ${reason}; go online, or name a folder by its path`);
  }
  if ((answer.bytes ?? 0) > MOST_BYTES) {
    answer.cancel();
    throw environmentError(`${called} has ${answer.bytes} bytes and no sha256 to check it by`);
  }
  try {
    return await buffer(answer.body);
  } catch (error) {
    signal.throwIfAborted();
    throw environmentError(
      `${called}: its transfer broke off: ${reasonOf(error)}; try again`,
      error,
    );
  }
}

/** git's name for a file: sha1 of its length and its content. */
function gitName(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
