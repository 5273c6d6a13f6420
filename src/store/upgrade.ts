import type { RunKind } from './kinds.ts';

/** A record as JSON gives it. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * What version 1 of evalkit wrote first in a folder, in the form of this version. Only its form: the
 * keys of its records were made from other facts, so that such a run is read and never gone on with.
 */
export function upgradeHeader(kind: RunKind, value: unknown): unknown {
  return isFields(value)
    ? { ...value, version: 2, kind, fingerprint: upgradeFingerprint(value['fingerprint']) }
    : value;
}

/** Version 1 named the Python, and a grid, which runs no samples, one that was not used. */
function upgradeFingerprint(value: unknown): unknown {
  if (!isFields(value)) {
    return value;
  }
  const { python, ...rest } = value;
  return typeof python === 'string' && python !== 'not used'
    ? { ...rest, runtime: `Python ${python}` }
    : rest;
}

/** A line of one of version 1's files of records in the form of this version. */
export function upgradeRecord(_file: string, line: unknown): unknown {
  return line;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
