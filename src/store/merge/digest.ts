import { sha256Json } from '../../records/hash.ts';

/** Hexadecimal digits of a digest: two records of one key agree in 64 bits by chance never. */
const DIGITS = 16;

/** A short stand-in for what two records of one key must agree in. */
export function digestOf(value: unknown): string {
  return sha256Json(value).slice(0, DIGITS);
}
