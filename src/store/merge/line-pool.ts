import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError, usageError } from '../../records/error.ts';
import { JsonlAppender, scanJsonl } from '../jsonl-file.ts';
import type { RecordFile } from '../kinds.ts';

/** Where a record belongs in a run, and what it says. */
export interface Content {
  /** What the run's plan asks for, in words, as `HumanEval/3, completion 0 of tiny:q8_0/greedy`. */
  readonly place: string;
  /** What two records of one key must agree in. */
  readonly digest: string;
}

/** A folder that is merged. */
export interface Source {
  readonly folder: string;
  /** As the user named it. */
  readonly name: string;
}

interface Found extends Content {
  readonly source: Source;
  readonly key: string;
  readonly offset: number;
  readonly bytes: number;
}

/** How the records of a file are read. */
export interface PoolOptions<T> {
  /** One whose records have keys. */
  readonly file: RecordFile<T>;
  /** Throws a usage error, which the pool completes, for a record that the folder cannot have. */
  readonly contentOf: (record: T, source: Source) => Content;
}

/**
 * The records of one file in several folders, each key once. Only where they lie is in memory, so that
 * it does not matter how long they are.
 */
export class LinePool<T> {
  readonly #options: PoolOptions<T>;
  readonly #byPlace = new Map<string, Found>();

  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  /** Throws a usage error where the folder contradicts those before it. */
  addFolder(source: Source): void {
    const { file, contentOf } = this.#options;
    const own = new Map<string, Found>();
    const path = join(source.folder, file.file);
    for (const { record, ...lies } of scanJsonl(path, (line) => file.schema.parse(line))) {
      const key = file.key?.(record);
      if (key === undefined) {
        throw new Error(`${file.file} has a record without a key`);
      }
      const found = { ...contentOf(record, source), ...lies, source, key };
      // Of two lines of one key the later counts.
      own.set(found.place, found);
    }
    for (const found of own.values()) {
      this.#add(found);
    }
  }

  /** Whether there is a record at a place of the plan. */
  has(place: string): boolean {
    return this.#byPlace.has(place);
  }

  get size(): number {
    return this.#byPlace.size;
  }

  /** Writes the records at these places, in their order, as they stand in their folders. */
  write(places: Iterable<string>, folder: string): void {
    using reader = new LineReader(this.#options.file.file);
    const appender = new JsonlAppender(join(folder, this.#options.file.file));
    try {
      for (const place of places) {
        const found = this.#byPlace.get(place);
        if (found !== undefined) {
          appender.appendBytes(reader.read(found));
        }
      }
    } finally {
      appender.close();
    }
  }

  /** The records at these places, one at a time, each with its folder. */
  *read(places: Iterable<string>): Generator<{ readonly record: T; readonly source: Source }> {
    const { file } = this.#options;
    using reader = new LineReader(file.file);
    for (const place of places) {
      const found = this.#byPlace.get(place);
      if (found !== undefined) {
        const record = file.schema.parse(JSON.parse(reader.read(found).toString('utf8')));
        yield { record, source: found.source };
      }
    }
  }

  #add(found: Found): void {
    const { file } = this.#options;
    const other = this.#byPlace.get(found.place);
    if (other === undefined) {
      this.#byPlace.set(found.place, found);
      return;
    }
    const both = `${other.source.name} and ${found.source.name}`;
    if (other.key !== found.key) {
      throw usageError(
        `${both} have ${found.place} under different keys in ${file.file}, so one of them was made otherwise; leave that one out`,
      );
    }
    if (other.digest !== found.digest) {
      throw usageError(
        `${both} both have ${found.place} in ${file.file}, and not the same; leave one of the two folders out`,
      );
    }
  }
}

/** Reads lines of several folders; each file is opened once. */
class LineReader implements Disposable {
  readonly #file: string;
  readonly #descriptors = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** The line with its newline. */
  read({ source, offset, bytes }: Found): Buffer {
    const path = join(source.folder, this.#file);
    const descriptor = this.#descriptors.get(path) ?? openSync(path, 'r');
    this.#descriptors.set(path, descriptor);
    const buffer = Buffer.allocUnsafe(bytes + 1);
    if (readSync(descriptor, buffer, 0, bytes + 1, offset) !== bytes + 1) {
      throw environmentError(
        `${path} became shorter while it was read; wait until nothing writes there, then merge again`,
      );
    }
    return buffer;
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#descriptors.values()) {
      closeSync(descriptor);
    }
  }
}
