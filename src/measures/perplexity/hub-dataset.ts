import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { HubAnswer, HubClient } from '../../models/sources/hub/client.ts';
import { environmentError } from '../../records/error.ts';
import { sha256Schema } from '../../records/model.ts';
import type { ProgressSink } from '../../records/progress.ts';
import { sha256Bytes } from '../../records/hash.ts';
import { keepFile } from '../../store/keep-file.ts';

/** A file of a hub data set at a commit. */
export interface DatasetFile {
  readonly repo: string;
  /** The commit that the branch stood at when it was first asked for. */
  readonly revision: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface HubDatasetOptions {
  readonly repo: string;
  readonly cacheFolder: string;
  /** `undefined`: offline. */
  readonly hubClient: HubClient | undefined;
  readonly progress: ProgressSink;
}

/** What the hub's `/api/datasets/…?blobs=true` says that we need. */
const listingSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      /** git's own name of the bytes, for a file that is not in LFS. */
      blobId: z.string().optional(),
      lfs: z.object({ sha256: sha256Schema }).nullish(),
    }),
  ),
});
type Listing = z.infer<typeof listingSchema>;

/** What the cache remembers of a data set: which file of which commit it holds. */
const pinSchema = z.object({
  version: z.literal(1),
  revision: z.string(),
  name: z.string(),
  sha256: sha256Schema,
});

/** Formats in the order in which they are taken; a published file may come in several. */
const ENDINGS = [/\.jsonl$/i, /\.parquet$/i, /\.json$/i];

/**
 * Gives a hub data set's file: from the cache, else from the hub, whose metadata say revision and
 * checksum; both are kept, so that the same text is scored from then on. Throws an environment error
 * where neither has it.
 */
export async function loadHubDataset(options: HubDatasetOptions): Promise<DatasetFile> {
  const folder = join(options.cacheFolder, 'datasets', options.repo.replace('/', '--'));
  return (await findPinned(folder, options.repo)) ?? fetchFile(folder, options);
}

async function findPinned(folder: string, repo: string): Promise<DatasetFile | undefined> {
  try {
    const text = await readFile(join(folder, 'pin.json'), 'utf8');
    const { version: _, ...pin } = pinSchema.parse(JSON.parse(text));
    const bytes = await readFile(join(folder, pin.revision, pin.name));
    return sha256Bytes(bytes) === pin.sha256 ? { repo, ...pin, bytes } : undefined;
  } catch {
    // Never fetched, or damaged: as good as absent.
    return undefined;
  }
}

async function fetchFile(folder: string, options: HubDatasetOptions): Promise<DatasetFile> {
  const { repo, progress } = options;
  const listing = await fetchListing(options);
  const sibling = ENDINGS.flatMap((ending) =>
    listing.siblings
      .filter(({ rfilename }) => ending.test(rfilename) && !rfilename.split('/').includes('..'))
      .toSorted((one, other) => (one.rfilename < other.rfilename ? -1 : 1)),
  ).at(0);
  if (sibling === undefined) {
    throw unreachable(repo, 'it has no .jsonl, .parquet or .json file');
  }
  const { rfilename: name } = sibling;
  const answer = await ask(options, `/datasets/${repo}/resolve/${listing.sha}/${encodePath(name)}`);
  const bytes = await readBody(answer, { repo, name, progress });
  check(bytes, sibling, repo);
  const pin = { revision: listing.sha, name, sha256: sha256Bytes(bytes) };
  const path = join(folder, pin.revision, name);
  if (await keepFile(path, bytes, progress)) {
    const note = `${JSON.stringify({ version: 1, ...pin }, undefined, 2)}\n`;
    await keepFile(join(folder, 'pin.json'), note, progress);
  }
  return { repo, ...pin, bytes };
}

async function fetchListing(options: HubDatasetOptions): Promise<Listing> {
  const { repo } = options;
  const answer = await ask(options, `/api/datasets/${repo}/revision/main?blobs=true`);
  try {
    return listingSchema.parse(await json(answer.body));
  } catch (error) {
    throw unreachable(repo, "the hub's list of files cannot be read", error);
  }
}

type Answered = Extract<HubAnswer, { kind: 'answered' }>;

async function ask({ repo, hubClient }: HubDatasetOptions, path: string): Promise<Answered> {
  if (hubClient === undefined) {
    throw unreachable(repo, 'it is not in the cache and the hub is not asked (--offline)');
  }
  const answer = await hubClient.get(path);
  if (answer.kind === 'refused') {
    throw unreachable(repo, answer.reason);
  }
  return answer;
}

async function readBody(
  answer: Answered,
  file: { readonly repo: string; readonly name: string; readonly progress: ProgressSink },
): Promise<Uint8Array> {
  const step = `${file.name} from the hub`;
  const chunks: Uint8Array[] = [];
  let done = 0;
  file.progress({ kind: 'step-started', step, unit: 'bytes', total: answer.bytes });
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      done += chunk.length;
      file.progress({ kind: 'step-advanced', step, done });
    }
  } catch (error) {
    throw unreachable(file.repo, error instanceof Error ? error.message : String(error), error);
  } finally {
    file.progress({ kind: 'step-ended', step });
  }
  return Buffer.concat(chunks);
}

function check(bytes: Uint8Array, sibling: Listing['siblings'][number], repo: string): void {
  const { rfilename, lfs, blobId } = sibling;
  const [expected, found] =
    lfs === null || lfs === undefined
      ? [blobId, gitBlobId(bytes)]
      : [lfs.sha256, sha256Bytes(bytes)];
  if (expected === undefined || expected !== found) {
    throw unreachable(
      repo,
      `${rfilename} has the checksum ${found}, and the hub's metadata say ${expected ?? 'none'}`,
    );
  }
}

/** git's name for a file's content: sha1 over a header and the bytes (git-hash-object). */
function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function encodePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function unreachable(repo: string, reason: string, cause?: unknown): Error {
  return environmentError(
    `the data set ${repo} is not available: ${reason}; go online, or name a file of your own with --ppl-data`,
    cause,
  );
}
