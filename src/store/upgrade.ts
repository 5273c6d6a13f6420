import type { RunKind } from './kinds.ts';

/** A record as JSON gives it. */
type Fields = Readonly<Record<string, unknown>>;

/** The one suite and the one grader that version 1 had, neither of which its records named. */
const SUITE = { name: 'humaneval', version: '1.0' } as const;
const GRADER = 'python';

/**
 * What version 1 of evalkit wrote first in a folder, in the form of this version. Only its form: the
 * keys of its records were made from other facts, so that such a run is read and never gone on with.
 */
export function upgradeHeader(kind: RunKind, value: unknown): unknown {
  return change(value, (header) => ({
    ...header,
    version: 2,
    kind,
    ...on(header, 'fingerprint', upgradeFingerprint),
    ...on(header, 'plan', kind === 'humaneval' ? upgradeRunPlan : (plan) => plan),
    ...on(header, 'sandbox', (sandbox) => ({ ...sandbox, allowed: allowedIn(header) })),
  }));
}

/** A line of one of version 1's files of records in the form of this version. */
export function upgradeRecord(_file: string, line: unknown): unknown {
  return line;
}

/** A baseline file of version 1 in the form of this version. */
export function upgradeBaseline(value: unknown): unknown {
  return change(value, (baseline) =>
    baseline['version'] !== 1
      ? baseline
      : {
          ...baseline,
          version: 2,
          ...on(baseline, 'machine', upgradeFingerprint),
          ...on(baseline, 'grading', upgradeGrading),
        },
  );
}

function upgradeRunPlan(plan: Fields): Fields {
  return {
    ...plan,
    ...on(plan, 'dataset', (dataset) => ({ ...dataset, suite: SUITE })),
    ...on(plan, 'grading', upgradeGrading),
  };
}

/** Version 1 knew one language, and spelled it into each of its fields. */
function upgradeGrading(grading: Fields): Fields {
  const { graderVersion, sandboxLevel, python, packages, hashSeed, extractionVersion } = grading;
  const { timeoutMs, memoryBytes, answerBytes } = grading;
  return {
    grader: {
      name: GRADER,
      version: graderVersion,
      level: sandboxLevel,
      runtime: `Python ${String(python)}`,
      identity: { packages, hashSeed },
    },
    extraction: extractionVersion,
    limits: { timeoutMs, memoryBytes, answerBytes },
  };
}

/** Version 1 named the Python, and a grid, which runs no samples, one that was not used. */
function upgradeFingerprint({ python, ...rest }: Fields): Fields {
  return typeof python === 'string' && python !== 'not used'
    ? { ...rest, runtime: `Python ${python}` }
    : rest;
}

/** What samples might use, which version 1 said in the plan alone. */
function allowedIn(header: Fields): string {
  const plan = header['plan'];
  const grading = isFields(plan) ? plan['grading'] : undefined;
  const packages = isFields(grading) ? grading['packages'] : undefined;
  return Array.isArray(packages) && packages.length > 0
    ? `with ${packages.join(', ')}`
    : 'standard library only';
}

/** A field changed, where it is there and holds fields itself; the schema tells of any other. */
function on(fields: Fields, name: string, upgrade: (inner: Fields) => Fields): Fields {
  const inner = fields[name];
  return isFields(inner) ? { [name]: upgrade(inner) } : {};
}

function change(value: unknown, upgrade: (fields: Fields) => Fields): unknown {
  return isFields(value) ? upgrade(value) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
