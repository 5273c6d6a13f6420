import { join } from 'node:path';
import { sha256Text } from '../../records/hash.ts';

/** Where a published file lies in the cache. */
export function publishedPath(
  cacheFolder: string,
  file: { readonly repo: string; readonly revision: string; readonly name: string },
): string {
  return join(repositoryFolder(cacheFolder, file.repo), file.revision, ...file.name.split('/'));
}

/** Where it is written what a hub repository's revision was last seen to hold. */
export function listingPath(cacheFolder: string, repo: string, revision: string): string {
  const name = `${encodeURIComponent(revision)}.json`;
  return join(repositoryFolder(cacheFolder, repo), 'listings', name);
}

/** Where a file made here lies: by the quantizer's release and what it was made from. */
export function madePath(
  cacheFolder: string,
  made: { readonly release: string; readonly fromSha256: string; readonly name: string },
): string {
  return join(cacheFolder, 'made', made.release, made.fromSha256, made.name);
}

/** Where a GGUF's weights lie as a folder of safetensors, by what they were unpacked from. */
export function unpackedPath(
  cacheFolder: string,
  of: { readonly fromSha256: string; readonly name: string },
): string {
  return join(cacheFolder, 'unpacked', of.fromSha256, of.name);
}

/** Where the checksum of a user's own file is kept: never beside that file. */
export function localSidecarPath(cacheFolder: string, path: string): string {
  return join(cacheFolder, 'local', `${sha256Text(path)}.json`);
}

function repositoryFolder(cacheFolder: string, repo: string): string {
  return join(cacheFolder, 'hub', repo.replace('/', '--'));
}
