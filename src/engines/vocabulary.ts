import { usageError } from '../records/error.ts';

/** The parts of a GGUF's `tokenizer.ggml` that say what a token id means. */
export interface TokenTable {
  readonly model: string;
  readonly pre?: string | undefined;
  readonly tokens: readonly string[];
}

/**
 * How many more tokens one of two models may have: vocabularies are padded to round sizes, so that
 * siblings of a family differ at the end. The number is llama.cpp's
 * (`SPEC_VOCAB_MAX_SIZE_DIFFERENCE`).
 */
const LARGEST_PADDING = 128;

/** How a draft model's vocabulary differs from the model's, in words; `undefined`: ids agree. */
export function vocabularyDifference(model: TokenTable, draft: TokenTable): string | undefined {
  if (draft.model !== model.model || draft.pre !== model.pre) {
    return `its tokenizer is ${nameOf(draft)}, the model's ${nameOf(model)}`;
  }
  const sizes = [draft.tokens.length, model.tokens.length] as const;
  const other = model.tokens.findIndex(
    (token, id) => id < draft.tokens.length && draft.tokens[id] !== token,
  );
  if (other >= 0) {
    const [drafts, models] = [draft.tokens[other], model.tokens[other]];
    return `token ${other} is ${JSON.stringify(drafts)} in it and ${JSON.stringify(models)} in the model (${sizes[0]} and ${sizes[1]} tokens)`;
  }
  if (Math.abs(sizes[0] - sizes[1]) > LARGEST_PADDING) {
    return `it has ${sizes[0]} tokens, the model ${sizes[1]}`;
  }
  return undefined;
}

/** Throws a usage error where a model cannot draft since its ids mean other tokens. */
export function refuseOtherVocabulary(
  draftPath: string,
  model: TokenTable,
  draft: TokenTable,
): void {
  const difference = vocabularyDifference(model, draft);
  if (difference !== undefined) {
    throw usageError(
      `${draftPath}: it cannot draft for this model: ${difference}; name a --draft of the same family, or use --decode lookup`,
    );
  }
}

function nameOf({ model, pre }: TokenTable): string {
  return pre === undefined ? model : `${model}/${pre}`;
}
