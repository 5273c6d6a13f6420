import { publishedPath } from '../cache/cache-folder.ts';
import { findCached } from '../cache/cached-file.ts';
import type { ModelSettings } from '../settings.ts';
import { publishedVia, type Source, type SourceAnswer } from './source.ts';

/** Files that were fetched before, or that somebody put into the cache. */
export function cacheSource(settings: ModelSettings): Source {
  return {
    name: 'cache',
    async give(wanted) {
      const path = publishedPath(settings.cacheFolder, wanted);
      const { sha256, bytes } = wanted;
      const provenance = publishedVia('cache', wanted);
      const cached = await findCached(path, { sha256, bytes, provenance }, settings);
      switch (cached.kind) {
        case 'absent':
          return refuse('missing');
        case 'unknown':
          return refuse(`${path} has no checksum to be checked by`);
        case 'wrong': {
          const { reason } = cached;
          const next = settings.offline ? 'it is not used' : 'it is replaced if a source has it';
          settings.progress({ kind: 'warning', text: `cache: ${reason}; ${next}` });
          return refuse(reason);
        }
        case 'held':
          return { kind: 'given', held: cached.held };
      }
    },
  };
}

function refuse(reason: string): SourceAnswer {
  return { kind: 'refused', reason };
}
