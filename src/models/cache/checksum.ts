import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ModelSettings } from '../settings.ts';

const CHUNK_BYTES = 1 << 20;

/** sha256 of a file, in hexadecimal; about a second a gigabyte, shown as a step. */
export async function hashFile(
  path: string,
  settings: Pick<ModelSettings, 'progress' | 'signal'>,
  shownName = basename(path),
): Promise<string> {
  const { progress, signal } = settings;
  const { size } = await stat(path);
  const step = `sha256 of ${shownName}`;
  const hash = createHash('sha256');
  let done = 0;
  progress({ kind: 'step-started', step, unit: 'bytes', total: size });
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) {
      hash.update(chunk);
      done += chunk.length;
      progress({ kind: 'step-advanced', step, done });
    }
  } finally {
    progress({ kind: 'step-ended', step });
  }
  return hash.digest('hex');
}
