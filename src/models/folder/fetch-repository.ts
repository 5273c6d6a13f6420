import { dirname } from 'node:path';
import { environmentError, usageError } from '../../records/error.ts';
import { publishedPath } from '../cache/cache-folder.ts';
import type { ModelContext } from '../context.ts';
import type { PublishedFile } from '../repository.ts';
import { type HubListing, hubListing, type HubReference } from '../sources/hub/repository.ts';
import { readSmallFile } from '../sources/hub/small-file.ts';
import { obtain } from '../sources/obtain.ts';
import { type FolderContents, folderFiles } from './folder-files.ts';

/**
 * Fetches what makes a repository's model into one folder of the cache, and gives its path. What can
 * be refused by names, config and index is refused before any weights are fetched; `check` may refuse
 * the folder then, too.
 */
export async function fetchRepository(
  { repo, revision }: HubReference,
  check: (folder: string) => Promise<void>,
  context: ModelContext,
): Promise<{ readonly path: string; readonly revision: string }> {
  const listing = await hubListing({ repo, revision }, context);
  const called = `hf:${repo}@${revision}`;
  refuseGated(listing, called, context);
  const at = { repo, revision: listing.sha };
  const contents: FolderContents = {
    called,
    // A model lies at the top: what is below is of other programs.
    names: listing.siblings.map(({ rfilename }) => rfilename).filter((name) => !name.includes('/')),
    read: (name) => readSmallFile(at, siblingOf(listing, name), context),
  };
  const names = await folderFiles(contents);
  const small = names.filter((name) => siblingOf(listing, name).lfs == null);
  for (const name of small) {
    await contents.read(name);
  }
  const folder = dirname(publishedPath(context.cacheFolder, { ...at, name: 'config.json' }));
  await check(folder);
  for (const name of names.filter((one) => !small.includes(one))) {
    await fetchLarge(at, siblingOf(listing, name), context);
  }
  return { path: folder, revision: listing.sha };
}

function refuseGated({ gated }: HubListing, called: string, { hub }: ModelContext): void {
  if (gated !== undefined && gated !== null && gated !== false && hub.token === undefined) {
    throw usageError(
      `${called} is gated: ask for access on its page, then set HF_TOKEN; nothing was fetched`,
    );
  }
}

type Sibling = HubListing['siblings'][number];

function siblingOf({ siblings }: HubListing, name: string): Sibling {
  const found = siblings.find(({ rfilename }) => rfilename === name);
  if (found === undefined) {
    throw new Error(`the listing has no ${name}`);
  }
  return found;
}

async function fetchLarge(
  at: HubReference,
  { rfilename: name, lfs }: Sibling,
  context: ModelContext,
): Promise<void> {
  const file: PublishedFile = {
    ...at,
    name,
    quantization: undefined,
    sha256: lfs?.sha256,
    bytes: lfs?.size,
    packages: undefined,
  };
  const obtained = await obtain(file, context);
  if (obtained.kind === 'refused') {
    throw (
      obtained.unwritable ??
      environmentError(
        `no source has hf:${at.repo}/${name}: ${obtained.reasons.join('; ')}; go online, or name a folder by its path`,
      )
    );
  }
}
