import { stat } from 'node:fs/promises';
import { publishedPath } from '../cache/cache-folder.ts';
import type { ModelContext } from '../context.ts';
import { UnwritableError } from '../../files/disk-error.ts';
import { type Hold, withFileLock } from '../../files/file-lock.ts';
import type { PublishedFile } from '../repository.ts';
import type { HeldFile, Source } from './source.ts';

/** A file, or each source's reason for not having it. */
export type Obtained =
  | { readonly kind: 'given'; readonly held: HeldFile }
  | {
      readonly kind: 'refused';
      readonly reasons: readonly string[];
      /** Set where the cache cannot be written, so that no other source could be asked. */
      readonly unwritable?: UnwritableError;
    };

/**
 * Asks one source after the other, the cache first. Whoever fetches a file holds its lock, and after
 * a wait takes what another process has fetched.
 */
export async function obtain(file: PublishedFile, context: ModelContext): Promise<Obtained> {
  const { cache, remote, signal } = context;
  const path = publishedPath(context.cacheFolder, file);
  const seen = await changeTime(path);
  const first = await ask([cache], file, { exclusive: false, signal });
  if (first.kind === 'given') {
    return first;
  }
  try {
    const rest = context.offline
      ? await ask(remote, file, { exclusive: false, signal })
      : await withFileLock(path, context, async (hold) => {
          const changed = (await changeTime(path)) !== seen;
          return ask(changed ? [cache, ...remote] : remote, file, hold);
        });
    return rest.kind === 'given'
      ? rest
      : { kind: 'refused', reasons: [...first.reasons, ...rest.reasons] };
  } catch (error) {
    if (error instanceof UnwritableError) {
      return { kind: 'refused', reasons: [...first.reasons, error.message], unwritable: error };
    }
    throw error;
  }
}

async function ask(sources: readonly Source[], file: PublishedFile, hold: Hold): Promise<Obtained> {
  const reasons: string[] = [];
  for (const source of sources) {
    const answer = await source.give(file, hold);
    if (answer.kind === 'given') {
      return answer;
    }
    reasons.push(`${source.name}: ${answer.reason}`);
  }
  return { kind: 'refused', reasons };
}

/** `undefined` for a missing file. */
async function changeTime(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.ctimeMs;
}
