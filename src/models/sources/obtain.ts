import type { PublishedFile } from '../repository.ts';
import type { HeldFile, Source } from './source.ts';

/** A file, or each source's reason for not having it. */
export type Obtained =
  | { readonly kind: 'given'; readonly held: HeldFile }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** Asks one source after the other. */
export async function obtain(file: PublishedFile, sources: readonly Source[]): Promise<Obtained> {
  const reasons: string[] = [];
  for (const source of sources) {
    const answer = await source.give(file);
    if (answer.kind === 'given') {
      return answer;
    }
    reasons.push(`${source.name}: ${answer.reason}`);
  }
  return { kind: 'refused', reasons };
}
