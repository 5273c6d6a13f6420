import { join } from 'node:path';
import { JsonlAppender } from '../jsonl-file.ts';

/** Writes a file of records; without any there is no file, as in a run that one machine wrote. */
export function writeAll(folder: string, file: string, records: Iterable<unknown>): void {
  let appender: JsonlAppender | undefined;
  try {
    for (const record of records) {
      appender ??= new JsonlAppender(join(folder, file));
      appender.append(record);
    }
  } finally {
    appender?.close();
  }
}
