import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

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
  const bytes = createReadStream(path);
  const source = path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error) => source.destroy(error));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of source) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}
