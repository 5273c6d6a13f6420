import type { Readable } from 'node:stream';

/** Reads a stream line by line, one reader at a time. Cheaper by far than an async iterator. */
export class LineReader {
  #unfinished = '';
  readonly #lines: string[] = [];
  #hasEnded = false;
  #waiting: ((line: string | undefined) => void) | undefined;

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (this.#unfinished + text).split('\n');
      this.#unfinished = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#serve();
    });
    stream.on('close', () => {
      this.#hasEnded = true;
      this.#serve();
    });
  }

  /** The next line, or `undefined` where the stream has ended. */
  next(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#waiting !== undefined && (this.#lines.length > 0 || this.#hasEnded)) {
      const resolve = this.#waiting;
      this.#waiting = undefined;
      resolve(this.#lines.shift());
    }
  }
}
