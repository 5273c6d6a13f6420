import { usageError } from '../../records/error.ts';
import type { WhyNot } from '../rendition.ts';

/** The part of a report that a format is made from. Throws a usage error where its kind has none. */
export function partOf<T>(part: (() => T) | WhyNot, format: string): T {
  if (typeof part === 'string') {
    throw usageError(`--format ${format}: ${part}; use another --format`);
  }
  return part();
}
