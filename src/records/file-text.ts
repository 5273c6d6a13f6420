import { gunzipSync } from 'node:zlib';

/** True for bytes that begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The decoder for a text that begins with these bytes: UTF-16 where a byte-order mark says so, as Windows
 * writes it, else UTF-8. It drops the mark, and throws a `TypeError` for bytes that are not text.
 */
export function decoderOf(begin: Uint8Array): InstanceType<typeof TextDecoder> {
  const mark = `${begin[0]} ${begin[1]}`;
  const encoding = mark === '255 254' ? 'utf-16le' : mark === '254 255' ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true });
}

/** Bytes as they are, or unpacked where they are gzip. Throws for a gzip that is damaged. */
export function unpacked(bytes: Uint8Array): Uint8Array {
  return isGzip(bytes) ? gunzipSync(bytes) : bytes;
}

/**
 * The text of a user's file, whoever wrote it: unpacked, without a byte-order mark. Throws for bytes that
 * are not text.
 */
export function fileText(bytes: Uint8Array): string {
  const plain = unpacked(bytes);
  return decoderOf(plain).decode(plain);
}

/** The same with each line's end as one newline, where the ends would become part of something else. */
export function linesText(bytes: Uint8Array): string {
  return fileText(bytes).replaceAll('\r\n', '\n');
}
