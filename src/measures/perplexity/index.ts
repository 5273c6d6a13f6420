import { referenceCell } from '../../modes/reference-cell.ts';
import type { UnitCount } from '../../records/dry-run.ts';
import { EvalkitError } from '../../records/error.ts';
import { isSubjectOf, type PerplexityPlan, type Subject } from '../../records/perplexity.ts';
import { hasUnit, type MaybeShard } from '../../records/shard.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { lacksScores, scoresOf } from '../../store/score-store.ts';
import type { Measure, MeasureRun, Preparation, PreparedMeasure } from '../measure.ts';
import { loadChosenText, type TextChoice } from './chosen-text.ts';
import { perplexityColumns, type PerplexityColumns, TURNED_OFF } from './columns.ts';
import { scoreText } from './execute.ts';
import { chooseMethod, makeSubject, planPerplexity, scoreHeader, withOwnId } from './plan.ts';

/** The options that say whether perplexity is measured, and on what. */
export interface PerplexityChoice extends TextChoice {
  /** `undefined`: if there is a text. */
  readonly perplexity?: boolean | undefined;
  readonly kl: boolean;
}

/** How likely a model finds a text, and how far its distributions are from the reference's. */
export const perplexity: Measure<PerplexityChoice, PerplexityColumns> = {
  name: 'perplexity',
  stages: ['measure'],
  needs: ['tokens', 'scoring'],
  // What is scored stands in a header of its own, since the same completions take another text.
  part: () => ({}),
  prepare,
  columns: (cell, { records }) => perplexityColumns(cell, records.perplexity),
  isIncomplete: (_cell, records) => lacksScores(records.perplexity),
};

/** What is scored. */
interface ScoredText {
  readonly plan: PerplexityPlan;
  readonly rows: readonly string[];
  /** Whether a flag insists on it. */
  readonly isAsked: boolean;
}

/**
 * Finds out what perplexity is measured on. Throws where the text has something wrong in it, and
 * where it was asked for and is not available.
 */
async function prepare(preparation: Preparation<PerplexityChoice>): Promise<PreparedMeasure> {
  const { options, isDry } = preparation;
  const { perplexity: wanted } = options;
  if (wanted === false) {
    return without(({ store }) => store.missScores(`${TURNED_OFF} (--no-perplexity)`));
  }
  const isAsked = wanted === true || options.kl;
  const { cells } = preparation.plan;
  const impossible = cells[0]?.notRun?.['perplexity'];
  if (impossible !== undefined && subjectsOf(cells).length === 0) {
    return without((run) => miss(impossible, run), impossible);
  }
  try {
    return scored(preparation, { ...(await planText(preparation)), isAsked });
  } catch (error) {
    if (!(error instanceof EvalkitError) || error.kind !== 'environment') {
      throw error;
    }
    if (isDry && !options.offline) {
      return without(() => Promise.reject(error), 'its text is not in the cache; a run fetches it');
    }
    if (isAsked) {
      throw error;
    }
    return without((run) => miss(error.message, run), error.message);
  }
}

async function planText({
  options,
  plan: { cells },
  host,
  isDry,
}: Preparation<PerplexityChoice>): Promise<Pick<ScoredText, 'plan' | 'rows'>> {
  const { kl, offline } = options;
  const { plan: text, rows } = await loadChosenText(
    { ...options, offline: offline || isDry },
    host,
  );
  const method = chooseMethod({ method: 'rows', window: undefined, stride: undefined });
  const subjects = subjectsOf(cells);
  const cell = referenceCell(cells);
  const reference = subjects.find((subject) => isSubjectOf(subject, cell));
  return { plan: planPerplexity({ text, method, subjects, reference, kl }), rows };
}

/** Each model × cache type of the cells once: how tokens are chosen plays no part. */
function subjectsOf(cells: readonly CellPlan[]): Subject[] {
  const subjects: Subject[] = [];
  for (const cell of cells) {
    const { model, engine, scoreSettings: settings, ...rest } = cell;
    if (settings !== undefined && !subjects.some((subject) => isSubjectOf(subject, cell))) {
      const subject = makeSubject(model, engine, { ...rest, settings, id: '' });
      subjects.push(withOwnId(subject, subjects));
    }
  }
  return subjects;
}

/** Nothing is scored. */
function without(execute: PreparedMeasure['execute'], reason?: string): PreparedMeasure {
  return {
    unit: 'scores',
    note: reason === undefined ? undefined : `perplexity: ${reason}`,
    count: () => new Map(),
    execute,
  };
}

function scored(
  { plan: { cells }, shard }: Preparation<PerplexityChoice>,
  text: ScoredText,
): PreparedMeasure {
  return {
    unit: 'scores',
    count: (records) => countScores(cells, { plan: text.plan, shard }, records),
    execute: async (run) => {
      try {
        await scoreRun(text, run);
      } catch (error) {
        // A text that does not fit a model shows only now.
        if (!(error instanceof EvalkitError) || error.kind !== 'usage' || text.isAsked) {
          throw error;
        }
        await miss(error.message, run);
      }
    },
  };
}

/** Each subject's scores at the first cell that has it: its modes share them. */
function countScores(
  cells: readonly CellPlan[],
  asking: MaybeShard & { readonly plan: PerplexityPlan },
  records: RunRecords | undefined,
): Map<string, UnitCount> {
  const { plan } = asking;
  const found = records?.perplexity?.kind === 'scored' ? records.perplexity : undefined;
  const asked = Array.from({ length: plan.text.rows }, (_, unit) => unit).filter((unit) =>
    hasUnit(asking, unit),
  ).length;
  return new Map(
    plan.subjects.flatMap((subject) => {
      const cell = cells.find((one) => isSubjectOf(subject, one));
      const present =
        found === undefined ? [] : scoresOf(subject, { header: asking, scores: found.scores });
      return cell === undefined ? [] : [[cell.id, { asked, present: present.length }] as const];
    }),
  );
}

function miss(reason: string, { store, progress }: MeasureRun): Promise<void> {
  progress({ kind: 'warning', text: `perplexity is not run: ${reason}` });
  return store.missScores(reason);
}

async function scoreRun({ plan, rows }: ScoredText, run: MeasureRun): Promise<void> {
  const { store, session } = run;
  await scoreText({
    ...run,
    store: await store.scores(scoreHeader(plan, { ...session, shard: store.header.shard })),
    rows,
    addIncident: (incident) => store.addIncident(incident),
  });
}
