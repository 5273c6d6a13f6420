import type { ScoringCapability } from '../../engines/capabilities.ts';
import type { Engine, EngineSession } from '../../engines/engine.ts';
import type { Distributions, ScoreWindow, WindowScores } from '../../engines/scoring.ts';
import { usageError } from '../../records/error.ts';
import {
  type PerplexityHeader,
  type PerplexityPlan,
  scoreKey,
  type Subject,
} from '../../records/perplexity.ts';
import { hasUnit, shardText } from '../../records/shard.ts';
import type { ProgressSink } from '../../records/progress.ts';
import type { Prompt } from '../../records/prompt.ts';
import type { Incident } from '../../records/verdict.ts';
import { isScored, type ScoreStore } from '../../store/score-store.ts';
import { cellFailure, describeFailure } from '../cell-failure.ts';
import { type GivenText, textsOf } from './given-text.ts';
import { hashTokens, toScore, type Unit } from './score-unit.ts';
import { unpackTop } from './top-store.ts';
import { cutRow, cutText } from './windows.ts';

export interface ScoreTextOptions {
  /** The open scores; the header's plan says what is done. */
  readonly store: ScoreStore;
  /** The plan's rows. */
  readonly rows: readonly string[];
  /** The prompt that each continues, which is not scored; absent: none. */
  readonly before?: readonly Prompt[] | undefined;
  /** Where the model files lie, by their sha256. */
  readonly modelPaths: ReadonlyMap<string, string>;
  /** By name: those of the plan's subjects. */
  readonly engines: ReadonlyMap<string, Engine>;
  /** Threads to compute with; `undefined`: the engine's rule. */
  readonly threads: number | undefined;
  readonly addIncident: (incident: Incident) => void;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Scores what a plan lacks, the reference first: its likeliest tokens are what the others'
 * divergence is computed from. An engine that dies or hangs leaves an incident and what it had
 * finished.
 */
export async function scoreText(options: ScoreTextOptions): Promise<void> {
  const { plan } = options.store.header;
  const ordered = plan.subjects.toSorted(
    (one, other) => Number(other.id === plan.reference) - Number(one.id === plan.reference),
  );
  for (const subject of ordered) {
    options.signal.throwIfAborted();
    if (isDone(options, subject)) {
      continue;
    }
    if (waitsForReference(options, subject)) {
      options.progress({
        kind: 'warning',
        text: `${subject.id}: not scored, since KL divergence needs all scores of ${plan.reference} first; rerun the same command to resume`,
      });
      continue;
    }
    await scoreSubject(options, subject);
  }
}

function isDone({ store: { header, scores } }: ScoreTextOptions, subject: Subject): boolean {
  return isScored(subject, { header, scores: [...scores.values()] });
}

/** A score is written once: without the reference's, it would lack its divergence for good. */
function waitsForReference(options: ScoreTextOptions, subject: Subject): boolean {
  const { plan } = options.store.header;
  const reference = plan.subjects.find(({ id }) => id === plan.reference);
  return (
    plan.top > 0 &&
    reference !== undefined &&
    reference.id !== subject.id &&
    !isDone(options, reference)
  );
}

async function scoreSubject(options: ScoreTextOptions, subject: Subject): Promise<void> {
  const { store, progress, signal, threads } = options;
  const { plan } = store.header;
  const modelPath = options.modelPaths.get(subject.model.weights.sha256);
  if (modelPath === undefined) {
    throw new Error(`no model file for ${subject.id}`);
  }
  const engine = options.engines.get(subject.engine.name);
  if (engine === undefined) {
    throw new Error(`the engine of ${subject.id} is not loaded`);
  }
  const load = `${subject.id}: loading`;
  try {
    progress({ kind: 'step-started', step: load, unit: 'percent', total: 100 });
    await using session = await engine.open({
      modelPath,
      threads,
      parallel: 1,
      settings: subject.settings,
      onLoadProgress: (share) => {
        progress({ kind: 'step-advanced', step: load, done: Math.round(share * 100) });
      },
      onNote: (text) => progress({ kind: 'note', text: `${subject.id}: ${text}` }),
      signal,
    });
    progress({ kind: 'step-ended', step: load });
    const { tokens, scoring } = session;
    if (tokens === undefined || scoring === undefined) {
      throw new Error(`${subject.id} is scored by an engine that gives no scores`);
    }
    const units = makeUnits(options, subject, await textsOf(plan, options, tokens));
    checkUnits(units, subject, { plan, info: session.info });
    const own = units.filter(({ number }) => hasUnit(store.header, number));
    refuseEmptyShard(units, store.header);
    await scoreMissing(options, subject, { scoring, units: own });
  } catch (error) {
    const failure = cellFailure(error);
    if (failure === undefined || signal.aborted) {
      throw error;
    }
    recordFailure(options, subject, failure);
  }
}

function makeUnits(
  { store }: ScoreTextOptions,
  subject: Subject,
  texts: readonly GivenText[],
): Unit[] {
  const { plan } = store.header;
  const { method } = plan;
  const bos = texts.some((text) => text.bos !== undefined);
  const pieces =
    method.kind === 'rows'
      ? texts.map((text) => cutRow(text, method, text.given))
      : texts.flatMap((text) => cutText(text, method)).map((window) => [window]);
  return pieces.map((windows, number) => {
    return {
      key: scoreKey(plan, subject, number),
      number,
      of: pieces.length,
      bos,
      windows,
      reference: referenceTop(store, subject, { number, windows }),
    };
  });
}

/** The reference's likeliest tokens for a unit, where they are wanted and of the same tokens. */
function referenceTop(
  { header: { plan }, scores }: ScoreStore,
  subject: Subject,
  unit: Pick<Unit, 'number' | 'windows'>,
): Distributions | undefined {
  const reference = plan.subjects.find(({ id }) => id === plan.reference);
  if (plan.top === 0 || reference === undefined || reference.id === subject.id) {
    return undefined;
  }
  const score = scores.get(scoreKey(plan, reference, unit.number));
  return score?.top === undefined || score.tokensSha256 !== hashTokens(unit.windows)
    ? undefined
    : unpackTop(score.top, score.nlls.length);
}

function checkUnits(units: readonly Unit[], subject: Subject, context: PlanContext): void {
  const { plan, info } = context;
  const { trainContextSize = Infinity } = info;
  const longest = Math.max(0, ...units.flatMap(({ windows }) => windows.map(lengthOf)));
  if (longest > trainContextSize) {
    throw usageError(
      `${subject.id} was trained with ${trainContextSize} tokens, fewer than the ${longest} of a window; measure shorter windows: evalkit perplexity --ctx-size ${trainContextSize}`,
    );
  }
  if (longest === 0) {
    throw usageError(
      plan.method.kind === 'rows'
        ? `no row has two tokens for ${subject.id}, so that there is nothing to score; name another text`
        : `the text has fewer tokens for ${subject.id} than one window of ${plan.method.window}; lower --ctx-size, or name a longer text`,
    );
  }
}

/** Nothing would ever say how many windows there are, and the shard would never be done. */
function refuseEmptyShard(
  units: readonly Unit[],
  { shard, plan: { method } }: PerplexityHeader,
): void {
  if (method.kind !== 'rows' && shard !== undefined && units.length < shard.of) {
    throw usageError(
      `the text has ${units.length} windows, fewer than the ${shard.of} of ${shardText(shard)}; make no more shards than windows`,
    );
  }
}

interface PlanContext {
  readonly plan: PerplexityPlan;
  readonly info: EngineSession['info'];
}

function lengthOf({ tokens }: { readonly tokens: readonly number[] }): number {
  return tokens.length;
}

async function scoreMissing(
  options: ScoreTextOptions,
  subject: Subject,
  { scoring, units }: { readonly scoring: ScoringCapability; readonly units: readonly Unit[] },
): Promise<void> {
  const { store, progress, signal } = options;
  const { plan } = store.header;
  const keepTop = subject.id === plan.reference;
  const missing = units.filter(({ key }) => !store.scores.has(key));
  const total = tokensOf(units);
  const done = total - tokensOf(missing);
  const step = `${subject.id}: scoring`;
  progress({ kind: 'step-started', step, unit: 'tokens', total, done, pieces: missing.length });
  const add = collector(missing, (unit, scores) => {
    store.add(toScore(unit, scores, { subject: subject.id, keepTop }));
  });
  await scoring.score({
    windows: missing.flatMap(toWindows),
    top: keepTop ? plan.top : 0,
    signal,
    onTokens: (tokens) => progress({ kind: 'step-advanced', step, done: done + tokens }),
    onResult: add,
  });
  progress({ kind: 'step-ended', step });
}

function tokensOf(units: readonly Unit[]): number {
  return units
    .flatMap(({ windows }) => windows)
    .reduce((sum, { tokens, scoreFrom }) => sum + tokens.length - scoreFrom, 0);
}

/** A unit's windows as the engine takes them, each with its share of the ids to follow. */
function toWindows(unit: Unit): ScoreWindow[] {
  let begin = 0;
  return unit.windows.map(({ tokens, scoreFrom }) => {
    const end = begin + tokens.length - scoreFrom;
    const follow = unit.reference?.ids.slice(begin, end);
    begin = end;
    return { id: String(unit.number), tokens, scoreFrom, follow };
  });
}

/** Takes windows' scores as they come and hands a unit on when it has all of its own. */
function collector(
  missing: readonly Unit[],
  onUnit: (unit: Unit, scores: readonly WindowScores[]) => void,
): (scores: WindowScores) => void {
  // A unit without a window has nothing to wait for.
  for (const unit of missing.filter(({ windows }) => windows.length === 0)) {
    onUnit(unit, []);
  }
  const queue = missing.filter(({ windows }) => windows.length > 0).values();
  let unit = queue.next().value;
  let scores: WindowScores[] = [];
  return (window) => {
    if (unit === undefined || window.id !== String(unit.number)) {
      throw new Error(`the engine scored ${window.id} out of turn`);
    }
    scores.push(window);
    if (scores.length === unit.windows.length) {
      onUnit(unit, scores);
      scores = [];
      unit = queue.next().value;
    }
  };
}

function recordFailure(
  options: ScoreTextOptions,
  subject: Subject,
  failure: Parameters<typeof describeFailure>[0],
): void {
  const { detail, text } = describeFailure(failure);
  options.addIncident({ version: 1, stage: 'perplexity', cell: subject.id, detail });
  options.progress({
    kind: 'warning',
    text: `${subject.id}: ${text}; the finished scores are kept; rerun the same command to resume`,
  });
}
