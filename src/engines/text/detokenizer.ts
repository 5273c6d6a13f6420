import { usageError } from '../../records/error.ts';

/** The parts of a GGUF's `tokenizer.ggml` that text is made from. */
export interface Vocabulary {
  readonly model: string;
  readonly tokens: readonly string[];
  /** Token types by id; where a file has none, all are normal. */
  readonly token_type?: readonly number[];
}

/** llama.cpp's token types (`llama_token_type`). */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/**
 * Turns token ids into the exact bytes that they stand for. libllama's own detokenizer cleans up
 * spaces for StarCoder, Llama 3, GPT-2 and others, which turns `c == ' '` into `c ==''`.
 */
export class Detokenizer {
  readonly #vocabulary: Vocabulary;
  readonly #plainBytes: (token: string) => Buffer;

  /** Throws a usage error for a kind of vocabulary whose spelling of bytes is not known here. */
  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    switch (vocabulary.model) {
      case 'gpt2':
        this.#plainBytes = byteLevelBytes;
        break;
      case 'llama':
        this.#plainBytes = (token) => Buffer.from(token.replaceAll('\u2581', ' '));
        break;
      default:
        throw usageError(
          `the model's vocabulary is of the kind '${vocabulary.model}', whose tokens evalkit cannot turn into exact text; use a model with a byte-level BPE (gpt2) or SentencePiece (llama) vocabulary`,
        );
    }
  }

  /** The bytes of a token; none for a control token. */
  bytes(token: number): Buffer {
    const spelling = this.#spelling(token);
    switch (this.#vocabulary.token_type?.[token]) {
      case UNKNOWN:
      case CONTROL:
        return Buffer.alloc(0);
      case USER_DEFINED:
        return Buffer.from(spelling);
      case BYTE:
        return Buffer.of(Number.parseInt(spelling.slice('<0x'.length, -1), 16));
      default:
        return this.#plainBytes(spelling);
    }
  }

  /** The name of a control token, as `<|im_end|>`; `undefined` for any other token. */
  controlName(token: number): string | undefined {
    const isControl = this.#vocabulary.token_type?.[token] === CONTROL;
    return isControl ? this.#spelling(token) : undefined;
  }

  /** The text of tokens, control tokens by their names. */
  textWithControls(tokens: readonly number[]): string {
    const parts = tokens.map((token) => {
      const name = this.controlName(token);
      return name === undefined ? this.bytes(token) : Buffer.from(name);
    });
    return Buffer.concat(parts).toString();
  }

  #spelling(token: number): string {
    const spelling = this.#vocabulary.tokens[token];
    if (spelling === undefined) {
      throw new RangeError(`token ${token} is not in the vocabulary`);
    }
    return spelling;
  }
}

/** GPT-2's spelling: one printable character a byte. Added tokens are spelled as plain text. */
function byteLevelBytes(token: string): Buffer {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = BYTE_BY_CHARACTER.get(character);
    if (byte === undefined) {
      return Buffer.from(token);
    }
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/**
 * GPT-2's alphabet (`bytes_to_unicode` of its encoder.py): printable Latin-1 stands for itself, the
 * other bytes for U+0100 and up, in order.
 */
const BYTE_BY_CHARACTER: ReadonlyMap<string, number> = new Map(
  ((): [string, number][] => {
    let next = 0x100;
    return Array.from({ length: 256 }, (_, byte) => {
      const printable =
        (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
      return [String.fromCodePoint(printable ? byte : next++), byte];
    });
  })(),
);
