import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../../records/error.ts';
import { sha256Bytes } from '../../records/hash.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { TorchVariant } from './variants.ts';

/** The text that static quantizations look at. */
export interface Calibration {
  /** Absolute; it is in no key. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * The text that a variant is calibrated on; `undefined`: it needs none. Throws a usage error where one
 * is needed and not named, or cannot be read.
 */
export function calibrationFor(
  { name, calibrates }: TorchVariant,
  path: string | undefined,
): Calibration | undefined {
  if (calibrates === undefined) {
    return undefined;
  }
  if (path === undefined) {
    if (calibrates === 'for-making') {
      return undefined;
    }
    throw usageError(
      `${name} is calibrated on a text; name one with --calibration: a .jsonl with a text or a prompt a line, or any text`,
    );
  }
  const absolute = resolve(path);
  try {
    return { path: absolute, sha256: sha256Bytes(readFileSync(absolute)) };
  } catch (error) {
    throw usageError(
      `--calibration ${path} cannot be read: ${reasonOf(error)}; name a text, or a .jsonl with a text a line`,
      error,
    );
  }
}
