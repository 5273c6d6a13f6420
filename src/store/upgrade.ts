import { sha256Json } from '../records/hash.ts';
import { type PerplexityPlan, type Score, scoreKey } from '../records/perplexity.ts';
import type { RunKind } from './kinds.ts';
import { upgradeBenchCell, upgradeCell, upgradeEngine, upgradeSubject } from './upgrade-engine.ts';
import { type Fields, isFields, on, onEach } from './upgrade-fields.ts';

/** The one suite and the one grader that version 1 had, neither of which its records named. */
const SUITE = { name: 'humaneval', version: '1.0' } as const;
const GRADER = 'python';

/**
 * What version 1 of evalkit wrote first in a folder, in the form of this version. Only its form: the
 * keys of its records were made from other facts, so that such a run is read and never resumed.
 */
export function upgradeHeader(kind: RunKind, value: unknown): unknown {
  return change(value, (header) => ({
    ...header,
    version: 2,
    kind,
    ...on(header, 'fingerprint', upgradeFingerprint),
    ...on(header, 'plan', PLANS[kind]),
    ...on(header, 'sandbox', (sandbox) => ({ ...sandbox, allowed: allowedIn(header) })),
  }));
}

/**
 * What of a plan has another form; version 1's judge kept no records, and it had no
 * suites.
 */
const PLANS: Readonly<Record<RunKind, (plan: Fields) => Fields>> = {
  humaneval: (plan) => ({
    ...plan,
    ...on(plan, 'dataset', (dataset) => ({ ...dataset, suite: SUITE })),
    ...on(plan, 'grading', upgradeGrading),
    ...onEach(plan, 'cells', upgradeCell),
  }),
  bench: (plan) => ({
    ...plan,
    ...on(plan, 'engine', upgradeEngine),
    ...onEach(plan, 'cells', upgradeBenchCell),
  }),
  perplexity: (plan) => ({ ...plan, ...onEach(plan, 'subjects', upgradeSubject) }),
  judge: (plan) => plan,
  suites: (plan) => plan,
};

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
          ...on(baseline, 'cell', upgradeCell),
        },
  );
}

/**
 * Scores of version 1 under the keys that today's plan looks for. `header`: as version 1 wrote it;
 * scores that its plan does not look for, as those of more rows, keep their keys.
 */
export function upgradeScores(
  scores: readonly Score[],
  header: unknown,
  plan: PerplexityPlan,
): Score[] {
  const old = isFields(header) && isFields(header['plan']) ? header['plan'] : {};
  return scores.map((score) => {
    const subject = plan.subjects.find(({ id }) => id === score.subject);
    return subject === undefined || oldScoreKey(old, score) !== score.key
      ? score
      : { ...score, key: scoreKey(plan, subject, score.unit) };
  });
}

/** The key of a unit's scores as version 1 made it. */
function oldScoreKey(plan: Fields, { subject: id, unit }: Score): string | undefined {
  const { method, text, top, subjects } = plan;
  const all = Array.isArray(subjects) ? subjects.filter(isFields) : [];
  const subject = all.find((one) => one['id'] === id);
  if (subject === undefined || !isFields(text) || !isFields(method)) {
    return undefined;
  }
  const reference = all.find((one) => one['id'] === plan['reference']);
  const isAlone = top === 0 || reference === undefined || reference === subject;
  return sha256Json({
    version: 1,
    ...oldDecisive(subject),
    method,
    text: text['sha256'],
    field: text['field'] ?? null,
    rows: method['kind'] === 'rows' ? null : text['rows'],
    unit,
    top: reference === undefined ? 0 : top,
    reference: isAlone ? null : oldDecisive(reference),
  });
}

function oldDecisive({ model, engine, settings }: Fields): object {
  const file = isFields(model) && isFields(model['file']) ? model['file'] : {};
  return { model: file['sha256'], engine, settings };
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

function change(value: unknown, upgrade: (fields: Fields) => Fields): unknown {
  return isFields(value) ? upgrade(value) : value;
}
