import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { GgufVocabulary } from '../gguf/gguf.ts';

/** A tokenizer.json, as far as it says which token has which id. */
const tokenizerSchema = z.object({
  model: z.object({
    type: z.string(),
    vocab: z.record(z.string(), z.int().nonnegative()),
  }),
  added_tokens: z.array(z.object({ id: z.int().nonnegative(), content: z.string() })).default([]),
});

/** Reads a folder's vocabulary; `undefined` for one whose tokenizer.json says none. */
export async function folderVocabulary(folder: string): Promise<GgufVocabulary | undefined> {
  const text = await readFile(join(folder, 'tokenizer.json'), 'utf8').catch(() => '');
  const found = tokenizerSchema.safeParse(parsed(text));
  if (!found.success) {
    return undefined;
  }
  const { model, added_tokens: added } = found.data;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) {
    tokens[id] = token;
  }
  for (const { id, content } of added) {
    tokens[id] = content;
  }
  return { model: model.type, pre: undefined, tokens: Array.from(tokens, (token) => token ?? '') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // its engine says what is wrong with it
  }
}
