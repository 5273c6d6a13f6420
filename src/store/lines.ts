import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { decoderOf, isGzip } from '../records/file-text.ts';

/** A line of a text file, without its newline; `number` counts from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * Reads a text file line by line, unpacked if it is gzip, so that no more than a piece of it is in
 * memory. Only a newline ends a line: a JSON string may hold the other separators of Unicode.
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  for await (const piece of decoded(path)) {
    const texts = (rest + piece).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      number += 1;
      yield { number, text };
    }
  }
  if (rest !== '') {
    yield { number: number + 1, text: rest };
  }
}

async function* decoded(path: string): AsyncGenerator<string> {
  const [begin, bytes] = await peek(createReadStream(path));
  // An error of the file ends the unpacking, whose reader learns of it.
  const source = isGzip(begin) ? pipeline(bytes, createGunzip(), () => {}) : bytes;
  let decoder: ReturnType<typeof decoderOf> | undefined;
  for await (const chunk of source) {
    decoder ??= decoderOf(chunk);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

/** The first bytes, and all of them: what is read may be a pipe, which cannot be read twice. */
async function peek(
  bytes: AsyncIterable<Buffer>,
): Promise<readonly [begin: Buffer, all: AsyncIterable<Buffer>]> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first = await chunks.next();
  const rest = { [Symbol.asyncIterator]: () => chunks };
  async function* all(): AsyncGenerator<Buffer> {
    if (first.done !== true) {
      yield first.value;
      yield* rest;
    }
  }
  return [first.done === true ? Buffer.alloc(0) : first.value, all()];
}
