/** How much each column of each tensor matters, as llama.cpp's llama-imatrix measured it. */
export interface ImportanceMatrix {
  /** By tensor, mean squares of the activations, one expert after the other. */
  readonly entries: ReadonlyMap<string, Float32Array>;
  /** Texts that they were measured on, as the file says. */
  readonly datasets: readonly string[];
  /** Pieces of those texts. */
  readonly chunks: number | undefined;
}

/**
 * llama.cpp's importance matrices before GGUF (common/imatrix-loader.cpp, v0.5.0), all numbers
 * little-endian and of 4 bytes: count of entries; for each the name's length, the name, how often it
 * was measured, count of values, values (their sum over the measurements); then, perhaps, pieces of
 * the text, the length of its name, its name.
 */
export function parseLegacyMatrix(bytes: Buffer): ImportanceMatrix {
  const reader = new Reader(bytes);
  const entries = new Map<string, Float32Array>();
  const count = reader.int();
  for (let index = 0; index < count; index += 1) {
    const name = reader.text(reader.int());
    const calls = reader.int();
    const values = reader.floats(reader.int());
    entries.set(name, calls > 0 ? values.map((value) => value / calls) : values);
  }
  if (reader.isAtEnd) {
    return { entries, datasets: [], chunks: undefined };
  }
  const chunks = reader.int();
  const datasets = reader.isAtEnd ? [] : [reader.text(reader.int())];
  return { entries, datasets, chunks: chunks > 0 ? chunks : undefined };
}

class Reader {
  readonly #bytes: Buffer;
  #place = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#bytes.length;
  }

  int(): number {
    const value = this.#take(4).readInt32LE();
    if (value < 0) {
      throw new Error('it is neither GGUF nor in the older format');
    }
    return value;
  }

  text(length: number): string {
    return this.#take(length).toString('utf8');
  }

  floats(count: number): Float32Array {
    return new Float32Array(Uint8Array.from(this.#take(count * 4)).buffer);
  }

  #take(length: number): Buffer {
    const end = this.#place + length;
    if (end > this.#bytes.length) {
      throw new Error('it is truncated, or neither GGUF nor in the older format');
    }
    const taken = this.#bytes.subarray(this.#place, end);
    this.#place = end;
    return taken;
  }
}
