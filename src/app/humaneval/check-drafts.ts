import { refuseOtherVocabulary } from '../../engines/llama-cpp/decode/vocabulary.ts';
import { type GgufVocabulary, readVocabulary } from '../../models/gguf/gguf.ts';

/** Where a model lies, and the one that drafts for it; `undefined`: not here, or there is none. */
export interface DraftPair {
  readonly model: string | undefined;
  readonly draft: string | undefined;
}

/**
 * Throws a usage error for a draft whose vocabulary is another one: the files' headers tell, and the
 * engine would only find out when all other cells have run.
 */
export async function refuseForeignDrafts(pairs: readonly DraftPair[]): Promise<void> {
  const known = new Map<string, GgufVocabulary | undefined>();
  const vocabularyOf = async (path: string): Promise<GgufVocabulary | undefined> => {
    if (!known.has(path)) {
      known.set(path, await readVocabulary(path));
    }
    return known.get(path);
  };
  for (const { model, draft } of pairs) {
    if (model !== undefined && draft !== undefined) {
      const [own, drafts] = [await vocabularyOf(model), await vocabularyOf(draft)];
      if (own !== undefined && drafts !== undefined) {
        refuseOtherVocabulary(draft, own, drafts);
      }
    }
  }
}
