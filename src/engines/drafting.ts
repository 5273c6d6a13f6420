import type { Decode, DecodeOf } from '../records/decode.ts';

/** A decoding mode that drafts. */
export type DraftingDecode = DecodeOf<'assisted' | 'lookup'>;

/**
 * Exhaustive, so that a new mode does not compile until engines say what it is: never greedy
 * unnoticed.
 */
export function isDrafting(decode: Decode): decode is DraftingDecode {
  switch (decode.mode) {
    case 'greedy':
    case 'sample':
      return false;
    case 'assisted':
    case 'lookup':
      return true;
  }
}
