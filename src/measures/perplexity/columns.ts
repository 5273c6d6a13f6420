import { sum } from 'simple-statistics';
import { divergenceOf, type PairedUnit } from '../../metrics/divergence.ts';
import { perplexityOf } from '../../metrics/perplexity.ts';
import {
  isSubjectOf,
  type PerplexityHeader,
  type Score,
  type Subject,
} from '../../records/perplexity.ts';
import type { PerplexityCell } from '../../records/perplexity-report.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport, DivergenceReport, PerplexityReport } from '../../records/report.ts';
import { noFigureOf } from '../../records/shard.ts';
import { missingUnits, type ScoreRecords, scoresOf } from '../../store/score-store.ts';

type Scored = Extract<ScoreRecords, { kind: 'scored' }>;

/** The end of the reason for a divergence that different tokenizers rule out. */
export const OTHER_TOKENIZER = 'another tokenizer';

/** The reason where nobody wanted a figure: nothing that a reader must be told. */
export const NOT_ASKED = 'not asked for';

/** The beginning of the reason where the user wanted none. */
export const TURNED_OFF = 'turned off';

/** What a cell's columns of perplexity hold. */
export type PerplexityColumns = Pick<CellReport, 'perplexity' | 'divergence'>;

/** Sums the scores up, one cell a subject. */
export function perplexityCells(records: Scored): PerplexityCell[] {
  return records.header.plan.subjects.map((subject) => ({
    id: subject.id,
    model: subject.model.base,
    quantization: subject.model.quantization,
    provenance: subject.model.provenance,
    weights: subject.model.weights,
    settings: subject.settings,
    ...columnsOf(subject, records),
  }));
}

/** The columns of a cell of another run: those of the subject that has its model and cache types. */
export function perplexityColumns(
  cell: CellPlan,
  records: ScoreRecords | undefined,
): PerplexityColumns {
  switch (records?.kind) {
    case undefined:
    case 'none':
      return { perplexity: { notRun: NOT_ASKED } };
    case 'missed':
      return { perplexity: { notRun: records.reason } };
    case 'scored': {
      const subject = records.header.plan.subjects.find((one) => isSubjectOf(one, cell));
      return subject === undefined
        ? { perplexity: { notRun: cell.notRun?.['perplexity'] ?? NOT_ASKED } }
        : columnsOf(subject, records);
    }
  }
}

function columnsOf(subject: Subject, records: Scored): PerplexityColumns {
  const { header } = records;
  const { plan } = header;
  const scores = scoresOf(subject, records);
  const perplexity = perplexityReport(header, scores);
  const reference = plan.subjects.find(({ id }) => id === plan.reference);
  return reference === undefined || reference.id === subject.id
    ? { perplexity }
    : {
        perplexity,
        divergence: divergenceReport(header, {
          scores,
          reference: { id: reference.id, scores: scoresOf(reference, records) },
        }),
      };
}

function perplexityReport(
  header: PerplexityHeader,
  scores: readonly Score[],
): PerplexityReport | { notRun: string } {
  const missing = missingText(header, scores);
  if (missing !== undefined) {
    return { notRun: missing };
  }
  const figures = perplexityOf(scores);
  if (figures === undefined) {
    return { notRun: 'no token was scored' };
  }
  const { method, text } = header.plan;
  const { micro, macro, ci95, tokens, bitsPerByte } = figures;
  return {
    method: method.kind,
    micro,
    ...(method.kind === 'rows' ? { macro } : {}),
    ci95,
    tokens,
    rows: text.rows,
    windows: sum(scores.map(({ windows }) => windows)),
    bitsPerByte,
    text,
    window: method.window,
    ...(method.kind === 'rows' ? { stride: method.stride } : {}),
    bos: scores.some(({ bos }) => bos),
  };
}

function missingText(header: PerplexityHeader, scores: readonly Score[]): string | undefined {
  const missing = missingUnits(header, scores);
  if (header.shard !== undefined && missing === 0) {
    return noFigureOf(header.shard).notRun;
  }
  if (missing === undefined || scores.length === 0) {
    return 'nothing is scored yet';
  }
  return missing > 0
    ? `${missing} of ${missing + scores.length} pieces are not scored yet`
    : undefined;
}

function divergenceReport(
  header: PerplexityHeader,
  pair: {
    readonly scores: readonly Score[];
    readonly reference: { readonly id: string; readonly scores: readonly Score[] };
  },
): DivergenceReport | { notRun: string } {
  const { scores, reference } = pair;
  const missing = missingText(header, scores) ?? missingText(header, reference.scores);
  if (missing !== undefined) {
    return { notRun: missing };
  }
  const units = scores.map((score, index) => pairUp(score, reference.scores[index]));
  const paired = units.filter((unit) => unit !== undefined);
  if (paired.length < units.length) {
    return { notRun: `its tokens are not those of ${reference.id}: ${OTHER_TOKENIZER}` };
  }
  const divergence = divergenceOf(paired);
  if (divergence === undefined) {
    return { notRun: 'no token was scored' };
  }
  const { kl, ...rest } = divergence;
  return {
    reference: reference.id,
    rows: header.plan.text.rows,
    ...rest,
    ...(kl === undefined ? {} : { kl: { ...kl, top: header.plan.top } }),
  };
}

/** `undefined` where the two scored other tokens. */
function pairUp(score: Score, reference: Score | undefined): PairedUnit | undefined {
  if (reference === undefined || reference.tokensSha256 !== score.tokensSha256) {
    return undefined;
  }
  return {
    nlls: score.nlls,
    referenceNlls: reference.nlls,
    likeliest: score.likeliest,
    referenceLikeliest: reference.likeliest,
    kl: score.kl,
  };
}
