import { about } from '../../options/message.ts';
import { modelOptions } from '../../models/options.ts';
import { LLAMA_CPP_WINDOW, ROW_WINDOW, textOptions, windowOptions } from './options.ts';
import type { SettingsChoice } from '../../engines/engine.ts';
import { nearest } from '../../metrics/nearest.ts';
import { usageError } from '../../records/error.ts';
import type { ModelRecord } from '../../records/model.ts';
import type {
  PerplexityHeader,
  PerplexityMethod,
  PerplexityPlan,
  Subject,
  TextPlan,
} from '../../records/perplexity.ts';
import { sha256Json } from '../../records/hash.ts';
import type { EngineIdentity } from '../../records/plan.ts';
import type { RunHeader } from '../../records/run-header.ts';

/**
 * Likeliest tokens that are kept of the reference. With q8_0 against q4_k_m of a 0.5B model on Python
 * 64 give 95.3 % of the full divergence, 128 give 96.8 %, 256 give 97.8 % (docs/perplexity.md).
 */
export const TOP = 128;

/** The method's settings, checked. Throws a usage error for windows that score nothing or skip tokens. */
export function chooseMethod(options: {
  readonly method: PerplexityMethod['kind'];
  readonly window: number | undefined;
  readonly stride: number | undefined;
}): PerplexityMethod {
  const { method, window = method === 'rows' ? ROW_WINDOW : LLAMA_CPP_WINDOW } = options;
  const least = method === 'rows' ? 2 : 3;
  if (window < least) {
    throw usageError(
      about`${windowOptions.ctxSize} ${window}: a window needs at least ${least} tokens; raise it`,
    );
  }
  if (method === 'llama-cpp') {
    return { kind: method, window };
  }
  const stride = options.stride ?? Math.floor(window / 2);
  if (stride >= window) {
    throw usageError(
      about`${windowOptions.stride} ${stride} leaves the first token of a window of ${window} without one before it; make it smaller than ${windowOptions.ctxSize}`,
    );
  }
  return { kind: method, window, stride };
}

/** A subject's name: its model, and its engine's settings where they are not the default. */
export function makeSubject(
  model: ModelRecord,
  engine: EngineIdentity,
  { id, settings, variant, isRounded }: Omit<SettingsChoice, 'settingsText'>,
): Subject {
  return {
    id: `${model.base}:${model.quantization}${id}`,
    model,
    engine,
    settings,
    variant,
    isRounded,
  };
}

/** Other weights under the name of a subject already present get a name of their own, as `tiny:f16#2`. */
export function withOwnId(subject: Subject, others: readonly Subject[]): Subject {
  const taken = new Set(others.map(({ id }) => id));
  let id = subject.id;
  for (let number = 2; taken.has(id); number += 1) {
    id = `${subject.id}#${number}`;
  }
  return { ...subject, id };
}

/**
 * Makes the plan. `reference`: the subject that is named as such, else the one nearest to the original
 * weights. Throws a usage error where KL divergence is asked for and there is nothing to compare.
 */
export function planPerplexity(options: {
  readonly text: TextPlan;
  readonly method: PerplexityMethod;
  readonly subjects: readonly Subject[];
  readonly reference: Subject | undefined;
  readonly kl: boolean;
}): PerplexityPlan {
  const { text, method, subjects, kl } = options;
  const reference =
    subjects.length > 1 ? (options.reference ?? referenceSubject(subjects)) : undefined;
  if (kl && reference === undefined) {
    throw usageError(
      about`${textOptions.kl} compares models, and there is only one; name several with ${modelOptions.model}, or one with ${windowOptions.reference}`,
    );
  }
  const plan: PerplexityPlan = {
    version: 1,
    text,
    method,
    subjects: [...subjects],
    top: kl ? TOP : 0,
  };
  return reference === undefined ? plan : { ...plan, reference: reference.id };
}

/** The header of scores that begin in a session. */
export function scoreHeader(
  plan: PerplexityPlan,
  {
    evalkit,
    fingerprint,
    startedAt,
    command,
    shard,
  }: Pick<RunHeader, 'evalkit' | 'fingerprint' | 'startedAt' | 'command' | 'shard'>,
): PerplexityHeader {
  // No sample is run, so that what runs them plays no part.
  const { runtime: _, ...machine } = fingerprint;
  return {
    version: 2,
    kind: 'perplexity',
    evalkit,
    planHash: sha256Json(plan),
    plan,
    fingerprint: machine,
    startedAt,
    ...(command === undefined ? {} : { command }),
    ...(shard === undefined ? {} : { shard }),
  };
}

/** The subject that the others are compared with; how tokens are chosen plays no part. */
function referenceSubject(subjects: readonly Subject[]): Subject {
  return nearest(subjects, ({ model, isRounded }) => ({ ...model, modeRank: 0, isRounded }));
}
