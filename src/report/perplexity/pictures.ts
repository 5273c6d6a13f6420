import type { CellReport } from '../../records/report.ts';
import type { Intervals } from '../pictures.ts';

type Columns = Pick<CellReport, 'id' | 'perplexity' | 'divergence'>;

/** Perplexities, and how far cells are from the reference, each with its interval. */
export function likelihoodPictures(
  cells: readonly Columns[],
  name: (id: string) => string,
): Intervals[] {
  const perplexities = cells.flatMap(({ id, perplexity }) =>
    'notRun' in perplexity
      ? []
      : [
          {
            name: name(id),
            value: perplexity.micro,
            low: perplexity.ci95?.[0],
            high: perplexity.ci95?.[1],
          },
        ],
  );
  const diverged = cells.flatMap(({ id, divergence }) =>
    divergence === undefined || 'notRun' in divergence ? [] : [{ id, divergence }],
  );
  const differences = diverged.map(({ id, divergence: { nllDifference } }) => ({
    name: name(id),
    value: nllDifference.estimate,
    low: nllDifference.ci95?.[0],
    high: nllDifference.ci95?.[1],
  }));
  const kls = diverged.flatMap(({ id, divergence: { kl } }) =>
    kl === undefined
      ? []
      : [{ name: name(id), value: kl.mean, low: kl.ci95?.[0], high: kl.ci95?.[1] }],
  );
  return [
    { heading: 'Perplexity', unit: '95 % interval over rows of the text', rows: perplexities },
    {
      heading: 'NLL against the reference',
      unit: 'nats a token, paired; above 0 is worse',
      rows: differences,
      marks: [{ value: 0, name: 'the reference' }],
    },
    { heading: 'KL divergence from the reference', unit: 'nats a token, at least', rows: kls },
  ]
    .filter(({ rows }) => rows.length > 0)
    .map((one) => ({ kind: 'intervals', ...one }));
}
