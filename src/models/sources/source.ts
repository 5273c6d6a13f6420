import type { Provenance, WeightFile } from '../../records/model.ts';
import type { Hold } from '../../files/file-lock.ts';
import type { PublishedFile } from '../repository.ts';

/** A file of weights on this machine. */
export interface HeldFile {
  /** Absolute path. */
  readonly path: string;
  readonly file: WeightFile;
  readonly provenance: Provenance;
}

/** What a source says when it is asked for a file. */
export type SourceAnswer =
  | { readonly kind: 'given'; readonly held: HeldFile }
  /** `reason` is a half sentence for the user. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Somewhere that bytes may come from. What it gives lies in the cache, checked. */
export interface Source {
  readonly name: string;
  /**
   * Gives the file to whoever holds its lock. Never throws because a file is missing; throws when
   * aborted, or when the disk refuses.
   */
  give(file: PublishedFile, hold: Hold): Promise<SourceAnswer>;
}

/** The provenance of a file that came unchanged from its publisher. */
export function publishedVia(
  via: string,
  { repo, revision }: Pick<PublishedFile, 'repo' | 'revision'>,
): Provenance {
  return { kind: 'published', repo, revision, via };
}

/** Stands for a source that must not be asked. */
export function offlineSource(name: string): Source {
  return { name, give: async () => ({ kind: 'refused', reason: 'not asked (--offline)' }) };
}

/** Asks a slow source once for each file that it does not have. */
export function rememberRefusals(source: Source): Source {
  const refused = new Map<string, SourceAnswer>();
  return {
    name: source.name,
    async give(file, hold) {
      const key = `${file.repo}/${file.revision}/${file.name}`;
      const answer = refused.get(key) ?? (await source.give(file, hold));
      if (answer.kind === 'refused') {
        refused.set(key, answer);
      }
      return answer;
    },
  };
}
