import { usageError } from '../records/error.ts';
import type { PerplexityComparison, ScoreComparison } from '../records/perplexity-comparison.ts';
import type { Subject } from '../records/perplexity.ts';
import type { PerplexityCell } from '../records/perplexity-report.ts';
import { summarizePerplexity } from '../report/perplexity/summary.ts';
import type { ScoreRecords } from '../store/score-store.ts';
import { descentLine } from './first-line.ts';
import { sizeRatioOf } from './size-ratio.ts';

/** A model's scores, and what they were made with. */
export interface ScoredModel {
  readonly subject: Subject;
  readonly cell: PerplexityCell;
}

/** A folder of scores, and which of its models the others were compared with as they were scored. */
export interface ScoredRun {
  readonly run: string;
  readonly summary: ReturnType<typeof summarizePerplexity>;
  readonly reference: ScoredModel;
  readonly others: readonly ScoredModel[];
}

/** Sums a folder of scores up. Throws a usage error where its model is held against nothing. */
export function scoredRun(run: string, records: ScoreRecords): ScoredRun {
  const summary = summarizePerplexity(records);
  const { subjects, reference: id } = summary.plan;
  const models = summary.cells.flatMap((cell): ScoredModel[] => {
    const subject = subjects.find((one) => one.id === cell.id);
    return subject === undefined ? [] : [{ subject, cell }];
  });
  const reference = models.find(({ cell }) => cell.id === id);
  const others = models.filter((one) => one !== reference);
  if (reference === undefined || others.length === 0) {
    throw usageError(
      `${run} holds the scores of one model, held against nothing; score several in one run: evalkit perplexity --model A,B`,
    );
  }
  return { run, summary, reference, others };
}

/** Holds each model of a folder of scores against the folder's reference, token by token. */
export function compareScores({
  run,
  summary,
  reference,
  others,
}: ScoredRun): PerplexityComparison {
  const { id, model, quantization, perplexity } = reference.cell;
  return {
    version: 1,
    kind: 'perplexity',
    run,
    status: summary.status === 'complete' ? 'complete' : 'incomplete',
    planHash: summary.planHash,
    firstLine: firstLineOfScores({ reference, others }),
    text: summary.plan.text,
    reference: { id, model, quantization, perplexity },
    comparisons: others.map((other) => compareScored(reference, other)),
    warnings: [...summary.warnings],
  };
}

/** What the reference is, and whether weights share an original. */
export function firstLineOfScores({
  reference,
  others,
}: Pick<ScoredRun, 'reference' | 'others'>): string {
  return descentLine(
    reference.subject.model,
    others.map(({ subject }) => ({ id: subject.id, model: subject.model })),
  );
}

function compareScored(reference: ScoredModel, { subject, cell }: ScoredModel): ScoreComparison {
  const { id, model, quantization, perplexity } = cell;
  const divergence = cell.divergence ?? { notRun: 'no divergence was measured' };
  return {
    cell: id,
    model,
    quantization,
    perplexity,
    perplexityRatio: 'notRun' in divergence ? divergence : ratioOf(divergence.nllDifference),
    sizeRatio: sizeRatioOf(reference.subject.model, subject.model),
    divergence,
  };
}

/** Perplexity is exp of the mean NLL: over the same tokens the ratio is exp of the difference. */
function ratioOf({
  estimate,
  ci95,
}: Exclude<PerplexityCell['divergence'], undefined | { notRun: string }>['nllDifference']): Exclude<
  ScoreComparison['perplexityRatio'],
  { notRun: string }
> {
  return {
    estimate: Math.exp(estimate),
    ci95: ci95 === null ? null : [Math.exp(ci95[0]), Math.exp(ci95[1])],
  };
}
