import { publishedPath } from '../cache-folder.ts';
import { findCached } from '../cached-file.ts';
import type { ModelSettings } from '../settings.ts';
import { publishedVia, type Source, type SourceAnswer } from './source.ts';

/** Files that were fetched before, or that somebody laid there. */
export function cacheSource(settings: ModelSettings): Source {
  return {
    name: 'cache',
    async give(wanted) {
      const path = publishedPath(settings.cacheFolder, wanted);
      const { sha256 } = wanted;
      const provenance = publishedVia('cache', wanted);
      const cached = await findCached(path, { sha256, provenance }, settings);
      switch (cached.kind) {
        case 'absent':
          return refuse('not there');
        case 'unknown':
          return refuse(`${path} has no checksum to be checked by`);
        case 'wrong': {
          const reason = `${path} has sha256 ${cached.sha256}, expected ${cached.expected}`;
          settings.progress({ kind: 'warning', text: `cache: ${reason}; it is not used` });
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
