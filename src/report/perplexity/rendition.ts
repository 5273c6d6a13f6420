import type { Annotation, Rendition } from '../rendition.ts';
import { figuresOf, figureTable } from '../words/figure-table.ts';
import { warningAnnotations } from '../words/pipeline.ts';
import type { Origin } from '../words/origin.ts';
import { machineText } from '../words/words.ts';
import { shortNames } from '../words/short-names.ts';
import { likelihoodPictures } from './pictures.ts';
import { describePerplexity } from './document.ts';
import type { PerplexityRunReport } from '../../records/perplexity-report.ts';

/** Formats that scores cannot have, each with the reason. */
export const NOT_OF_SCORES = { junit: 'scores of a text are not verdicts' } as const;

/** Scores for every format. */
export function renditionOfPerplexity(summary: PerplexityRunReport, origin: Origin): Rendition {
  return {
    data: () => summary,
    document: () => describePerplexity(summary, origin),
    startedAt: origin.startedAt,
    head: () => ({
      machine: machineText(origin.fingerprint),
      figures:
        'Perplexities are comparable over the same tokens alone; how likely a text is says nothing of whether code passes its tests.',
    }),
    table: () =>
      figureTable(
        summary.cells.flatMap((cell) => {
          const { id, model, quantization } = cell;
          const plan = summary.planHash.slice(0, 8);
          return figuresOf({ plan, cell: id, model, quantization }, cell);
        }),
      ),
    pictures: () =>
      likelihoodPictures(summary.cells, shortNames(summary.cells.map(({ id }) => id)).of),
    suites: NOT_OF_SCORES.junit,
    annotations: () => [
      ...summary.cells.flatMap(damageAnnotations),
      ...warningAnnotations('evalkit perplexity', summary.warnings),
    ],
  };
}

function damageAnnotations({ id, screen }: PerplexityRunReport['cells'][number]): Annotation[] {
  const found = (screen?.checks ?? []).filter(({ isDamage }) => isDamage);
  return found.map(({ name, detail }) => ({
    level: 'error',
    title: 'evalkit screen: damaged',
    message: `${id}: ${name}: ${detail}`,
  }));
}
