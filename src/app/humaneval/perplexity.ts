import type { Engine } from '../../engines/engine.ts';
import { scoreText } from '../../measures/perplexity/execute.ts';
import {
  chooseMethod,
  makeSubject,
  planPerplexity,
  withOwnId,
} from '../../measures/perplexity/plan.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { EvalkitError } from '../../records/error.ts';
import { isSubjectOf, type PerplexityPlan, type Subject } from '../../records/perplexity.ts';
import type { CellPlan, Plan } from '../../records/plan.ts';
import type { RunStore } from '../../store/run-store.ts';
import type { Host } from '../host.ts';
import { makeHeader } from '../perplexity/header.ts';
import { loadChosenText, type TextChoice } from '../perplexity/text-data.ts';

/** What is to become of a run's columns of perplexity. */
export type PerplexityIntent =
  | { readonly kind: 'off' }
  /** There is no text, and nobody insisted. */
  | { readonly kind: 'missed'; readonly reason: string }
  /** The text is not here: a run fetches it first. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | {
      readonly kind: 'planned';
      readonly plan: PerplexityPlan;
      readonly rows: readonly string[];
      /** Whether a flag insists on it. */
      readonly isAsked: boolean;
    };

interface PerplexityChoice extends TextChoice {
  /** `undefined`: if there is a text. */
  readonly perplexity?: boolean | undefined;
  readonly kl: boolean;
}

/**
 * Finds out before anything is generated what perplexity is measured on. Throws where the text has
 * something wrong in it, and where it was asked for and cannot be had. `isDry`: nothing is fetched.
 */
export async function planRunPerplexity(
  choice: PerplexityChoice,
  plan: Plan,
  { host, isDry }: { readonly host: Host; readonly isDry: boolean },
): Promise<PerplexityIntent> {
  if (choice.perplexity === false) {
    return { kind: 'off' };
  }
  const isAsked = choice.perplexity === true || choice.kl;
  try {
    const offline = choice.offline || isDry;
    const { plan: text, rows } = await loadChosenText({ ...choice, offline }, host);
    const method = chooseMethod({ method: 'rows', window: undefined, stride: undefined });
    const subjects = subjectsOf(plan.cells);
    if (subjects.length === 0) {
      return { kind: 'missed', reason: plan.cells[0]?.notRun?.['perplexity'] ?? 'no cell' };
    }
    const cell = referenceCell(plan.cells);
    const reference = subjects.find((subject) => isSubjectOf(subject, cell));
    return {
      kind: 'planned',
      plan: planPerplexity({ text, method, subjects, reference, kl: choice.kl }),
      rows,
      isAsked,
    };
  } catch (error) {
    if (!(error instanceof EvalkitError) || error.kind !== 'environment') {
      throw error;
    }
    if (isDry && !choice.offline) {
      return { kind: 'unknown', reason: 'its text is not in the cache; a run fetches it' };
    }
    if (isAsked) {
      throw error;
    }
    return { kind: 'missed', reason: error.message };
  }
}

/** Each model × cache type of the cells once: how tokens are chosen plays no part. */
function subjectsOf(cells: readonly CellPlan[]): Subject[] {
  const subjects: Subject[] = [];
  for (const cell of cells) {
    if (cell.scoreSettings === undefined) {
      continue;
    }
    if (!subjects.some((subject) => isSubjectOf(subject, cell))) {
      const { model, engine, scoreSettings: settings, ...rest } = cell;
      const subject = makeSubject(model, engine, { ...rest, settings, id: '' });
      subjects.push(withOwnId(subject, subjects));
    }
  }
  return subjects;
}

/** The run that is scored, and with what. */
interface ScoredRun {
  readonly store: RunStore;
  /** Where the model files lie, by their sha256. */
  readonly modelPaths: ReadonlyMap<string, string>;
  /** By name. */
  readonly engines: ReadonlyMap<string, Engine>;
  readonly threads: number | undefined;
}

/**
 * Scores what a run owes; its cells' answers are complete by then. A text that does not fit a model
 * shows only now: it is an error where somebody insisted, else the reason why there is no figure.
 */
export async function measureRunPerplexity(
  intent: PerplexityIntent,
  run: ScoredRun,
  host: Host,
): Promise<void> {
  switch (intent.kind) {
    case 'off':
      return run.store.missScores('turned off (--no-perplexity)');
    case 'missed':
    case 'unknown':
      return miss(intent.reason, run, host);
    case 'planned':
      try {
        await scoreRun(intent, run, host);
      } catch (error) {
        if (!(error instanceof EvalkitError) || error.kind !== 'usage' || intent.isAsked) {
          throw error;
        }
        await miss(error.message, run, host);
      }
  }
}

function miss(reason: string, { store }: ScoredRun, host: Host): Promise<void> {
  host.progress({ kind: 'warning', text: `perplexity is not run: ${reason}` });
  return store.missScores(reason);
}

async function scoreRun(
  { plan, rows }: Extract<PerplexityIntent, { kind: 'planned' }>,
  { store, modelPaths, engines, threads }: ScoredRun,
  host: Host,
): Promise<void> {
  await scoreText({
    store: await store.scores(makeHeader(plan, host)),
    rows,
    modelPaths,
    engines,
    threads,
    addIncident: (incident) => store.addIncident(incident),
    progress: host.progress,
    signal: host.signal,
  });
}
