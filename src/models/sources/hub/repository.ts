import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { environmentError, usageError } from '../../../records/error.ts';
import { sha256Schema } from '../../../records/model.ts';
import { listingPath } from '../../cache/cache-folder.ts';
import type { ModelContext } from '../../context.ts';
import { isForeignWeights } from '../../quantize/conversion-hint.ts';
import { diskError, UnwritableError } from '../../../files/disk-error.ts';
import { otherByName } from '../../gguf/other-files.ts';
import { groupParts } from '../../gguf/group-parts.ts';
import type { HubAnswer } from './client.ts';
import { quantizationInFileName } from '../../quantization.ts';
import { reasonOf } from '../../../records/system-error.ts';
import { type PublishedFile, type Repository, saysInstruct } from '../../repository.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { isGgufName } from '../../gguf/split-file.ts';

/** What the hub's `/api/models/…?blobs=true` says that we need. */
const listingSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  /** Access must be asked for: `auto` or `manual`. */
  gated: z.union([z.string(), z.boolean()]).nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      /** git's name for the content of a file that is not in LFS. */
      blobId: z.string().nullish(),
      lfs: z.object({ sha256: sha256Schema, size: z.int().nonnegative() }).nullish(),
    }),
  ),
});
export type HubListing = z.infer<typeof listingSchema>;

/** A repository of the hub, as a user names it. */
export interface HubReference {
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

/**
 * Lists the .gguf files of a hub repository. The hub is asked each time, since a branch moves; where
 * it does not answer, is busy or breaks off, the last listing serves, with a warning.
 */
export async function hubRepository(
  reference: HubReference,
  context: ModelContext,
): Promise<Repository> {
  const { repo } = reference;
  const listing = await hubListing(reference, context);
  const found = listing.siblings
    .filter(({ rfilename }) => isGguf(rfilename))
    .map(({ rfilename: name, lfs }) => {
      const quantization = quantizationInFileName(name);
      const what = otherByName(name, quantization !== undefined);
      const file: PublishedFile = {
        repo,
        revision: listing.sha,
        name,
        quantization,
        sha256: lfs?.sha256,
        bytes: lfs?.size,
        packages: undefined,
      };
      return { file, what };
    });
  const files = found.flatMap(({ file, what }) => (what === undefined ? [file] : []));
  const others = found.flatMap(({ file: { name }, what }) =>
    what === undefined ? [] : [{ name, what }],
  );
  const foreign = listing.siblings.map(({ rfilename }) => rfilename).filter(isForeignWeights);
  return {
    base: repo,
    repo,
    revision: reference.revision,
    instruct: saysInstruct(repo),
    files: groupParts(files),
    others,
    foreign,
  };
}

/** No path may leave the cache. */
function isGguf(name: string): boolean {
  return isGgufName(name) && !name.split('/').includes('..');
}

/** All files of a hub repository at a revision, as `hubRepository` asks for them. */
export async function hubListing(
  reference: HubReference,
  context: ModelContext,
): Promise<HubListing> {
  const path = listingPath(context.cacheFolder, reference.repo, reference.revision);
  const answer = await hearOut(await askHub(reference, context), context.signal);
  if (answer.kind === 'heard') {
    const listing = parseListing(answer.text, reference);
    await save(path, listing);
    return listing;
  }
  const known = mayPass(answer.status) ? await load(path) : undefined;
  if (known === undefined) {
    throw refusal(reference, answer);
  }
  context.progress({
    kind: 'warning',
    text: `${nameOf(reference)}: ${answer.reason}; using its last known list of files (${known.sha})`,
  });
  return known;
}

type Refused = Extract<HubAnswer, { kind: 'refused' }>;

async function hearOut(
  answer: HubAnswer,
  signal: AbortSignal,
): Promise<Refused | { readonly kind: 'heard'; readonly text: string }> {
  if (answer.kind === 'refused') {
    return answer;
  }
  try {
    return { kind: 'heard', text: await text(answer.body) };
  } catch (error) {
    signal.throwIfAborted();
    const reason = `its answer broke off: ${reasonOf(error)}`;
    return { kind: 'refused', status: undefined, reason };
  }
}

/** No answer, too many questions, a broken server: none of these says anything of the repository. */
function mayPass(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}

async function askHub(
  { repo, revision }: HubReference,
  { hubClient }: ModelContext,
): Promise<HubAnswer> {
  const path = `/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  return (
    (await hubClient?.get(path)) ?? {
      kind: 'refused',
      status: undefined,
      reason: 'the hub is not asked (--offline)',
    }
  );
}

function parseListing(listing: string, reference: HubReference): HubListing {
  try {
    return listingSchema.parse(JSON.parse(listing));
  } catch (error) {
    throw environmentError(
      `${nameOf(reference)}: the hub's list of files cannot be read; check that HF_ENDPOINT is a hub`,
      error,
    );
  }
}

function refusal(reference: HubReference, answer: Refused): Error {
  const name = nameOf(reference);
  if (answer.status === 404) {
    return usageError(`${name}: the hub says ${answer.reason}; check owner, name and revision`);
  }
  return environmentError(
    `${name}: no list of its files: ${answer.reason}; go online, or name a .gguf by its path`,
  );
}

async function load(path: string): Promise<HubListing | undefined> {
  try {
    return listingSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Never seen, or written by another version: as good as none.
    return undefined;
  }
}

async function save(path: string, listing: HubListing): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, `${JSON.stringify(listing, undefined, 2)}\n`);
  } catch (error) {
    const known = diskError(error, path);
    // A cache that cannot be written does without: the hub is asked each time anyway.
    if (!(known instanceof UnwritableError)) {
      throw known;
    }
  }
}

function nameOf({ repo, revision }: HubReference): string {
  return `hf:${repo}@${revision}`;
}
