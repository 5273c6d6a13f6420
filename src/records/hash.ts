import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** sha256 of a text's UTF-8 bytes, in hexadecimal. */
export function sha256Text(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** sha256 of bytes, in hexadecimal. */
export function sha256Bytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** sha256 of a value's canonical JSON (RFC 8785), in hexadecimal. */
export function sha256Json(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) {
    throw new TypeError('a value without a JSON form has no hash');
  }
  return sha256Text(text);
}
