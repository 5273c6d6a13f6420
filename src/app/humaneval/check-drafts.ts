import { basename } from 'node:path';
import { refuseOtherVocabulary } from '../../engines/vocabulary.ts';
import { folderVocabulary } from '../../models/folder/folder-vocabulary.ts';
import { isFolder } from '../../models/foreign-weights.ts';
import { type GgufVocabulary, readVocabulary } from '../../models/gguf/gguf.ts';
import { decodeOptions } from '../../modes/options.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { ModelLimits } from '../models/model-limits.ts';

/**
 * Throws a usage error for a draft that cannot draft or has another vocabulary, by the files' headers: the engine would
 * only find out after all other cells have run. A missing file is skipped.
 */
export async function refuseForeignDrafts(
  pairs: readonly { readonly record: ModelRecord; readonly draft: ModelRecord | undefined }[],
  modelPaths: ReadonlyMap<string, string>,
  limits: ReadonlyMap<string, ModelLimits>,
): Promise<void> {
  const known = new Map<string, GgufVocabulary | undefined>();
  const vocabularyOf = async (path: string): Promise<GgufVocabulary | undefined> => {
    if (!known.has(path)) {
      known.set(path, await (isFolder(path) ? folderVocabulary(path) : readVocabulary(path)));
    }
    return known.get(path);
  };
  for (const { record, draft } of pairs) {
    const model = modelPaths.get(record.weights.sha256);
    const path = draft && modelPaths.get(draft.weights.sha256);
    if (draft !== undefined && limits.get(draft.weights.sha256)?.lacks?.drafts !== undefined) {
      throw usageError(
        about`${decodeOptions.draft} ${basename(path ?? '')}: a recurrent or hybrid model cannot draft; name another`,
      );
    }
    if (model !== undefined && path !== undefined) {
      const [own, drafts] = [await vocabularyOf(model), await vocabularyOf(path)];
      if (own !== undefined && drafts !== undefined) {
        refuseOtherVocabulary(path, own, drafts);
      }
    }
  }
}
