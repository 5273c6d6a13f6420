/** A word of a file's name, whatever separates the words. */
const word = (words: string): RegExp => new RegExp(`(?:^|[-._/ ])(?:${words})(?=$|[-._/ ])`, 'i');

const PROJECTOR = /mm[-._ ]?proj|(?:^|[-._/ ])(?:vision|image|audio|multimodal)[-._ ]?proj/i;
const MATRIX = /imatrix|importance[-._ ]?matrix/i;

/** Small models and parts that lie beside a model: of them a quantization is meant by name alone. */
const BESIDE = word(
  'lora|qlora|adapter|mtp|nextn|draft|drafter|eagle\\d?|medusa|vocab|embed|embedding|embeddings|rerank|reranker|tokenizer|encoder|vae|clip',
);

/**
 * What a .gguf is that by its name is no model, in words; `undefined` for one that may be. `names` says
 * whether the name also has a quantization: models that a matrix helped to make are named so too.
 */
export function otherByName(name: string, names: boolean): string | undefined {
  if (PROJECTOR.test(name)) {
    return 'a vision projector';
  }
  return MATRIX.test(name) && !names ? 'an importance matrix' : undefined;
}

/** True for a name that speaks of what lies beside a model: an adapter, a draft, an embedding model. */
export function liesBeside(name: string): boolean {
  return BESIDE.test(name);
}

/** `general.type` of gguf-py's `GGUFType`, in words; what it does not know is no model either. */
const TYPES: Readonly<Record<string, string>> = {
  adapter: 'a LoRA adapter',
  imatrix: 'an importance matrix',
  mmproj: 'a vision projector',
  projector: 'a vision projector',
  vocab: 'a vocabulary without weights',
};

/** Architectures that generate no text. */
const ARCHITECTURES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^(?:clip|mmproj|siglip)/, 'a vision projector'],
  [/bert|t5encoder|^gemma-embedding$|^llama-embed$/, 'an embedding model'],
  [/^wavtokenizer/, 'an audio decoder'],
  [/^(?:eagle|dflash|medusa)/, 'a drafting head of another model'],
];

/** llama.cpp's `LLAMA_POOLING_TYPE_RANK`; 0 is none, the others pool for embeddings. */
const POOLING_RANK = 4;

/** What a GGUF file holds by its header where that is no model that generates text, in words. */
export function otherByHeader(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const { 'general.type': type, 'general.architecture': architecture } = metadata;
  if (typeof type === 'string' && type !== 'model') {
    return TYPES[type] ?? `a file of the type ${type}`;
  }
  if (typeof architecture !== 'string') {
    return undefined;
  }
  const pooling = Number(metadata[`${architecture}.pooling_type`] ?? 0);
  if (pooling > 0) {
    return pooling === POOLING_RANK ? 'a reranker' : 'an embedding model';
  }
  return ARCHITECTURES.find(([pattern]) => pattern.test(architecture))?.[1];
}
