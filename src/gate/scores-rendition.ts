import type { PerplexityGate } from '../records/perplexity-gate.ts';
import { visibleText } from '../records/visible-text.ts';
import { likelihoodPictures } from '../report/perplexity/pictures.ts';
import type { Intervals } from '../report/pictures.ts';
import { shortNames } from '../report/words/short-names.ts';
import { divergenceTable } from '../report/perplexity/tables.ts';
import type { Rendition, Table } from '../report/rendition.ts';
import type { ReportDocument } from '../report/words/document.ts';
import { checkTable, gateAnnotations, gateBadge, gateSuites } from './rendition.ts';

/** A decision on scores of a text, for every format. */
export function renditionOfScoresGate(report: PerplexityGate): Rendition {
  return {
    data: () => report,
    document: () => describeScoresGate(report),
    table: () => scoresTable(report),
    suites: () => {
      const { name, suites } = gateSuites(report);
      // A pass in a list of cases says nothing of what was not decided on.
      const properties = [['scope', report.firstLine]] as const;
      return { name, suites: suites.map((suite) => ({ ...suite, properties })) };
    },
    annotations: () => gateAnnotations(report),
    pictures: () => scoresPictures(report),
    badge: () => gateBadge(report),
  };
}

/** How far each model is from the reference, beside the limits, which are all on the divergence. */
function scoresPictures({ cells, limits }: PerplexityGate): Intervals[] {
  const names = shortNames(cells.map(({ cell }) => cell));
  const perplexity = { notRun: 'stands in the report of the scores' };
  const marks = Object.values(limits).flatMap((value) =>
    typeof value === 'number' ? [{ value, name: 'the limit' }] : [],
  );
  return likelihoodPictures(
    cells.map(({ cell, divergence }) => ({ id: cell, divergence, perplexity })),
    names.of,
  ).map((picture) => (picture.marks === undefined ? { ...picture, marks } : picture));
}

function describeScoresGate(report: PerplexityGate): ReportDocument {
  const { verdict, firstLine, candidate, baseline, cells, warnings } = report;
  return {
    title: `gate: ${verdict}; ${firstLine}`,
    table: [['candidate', 'verdict'], ...cells.map((cell) => [cell.cell, cell.verdict])],
    tables: [
      {
        heading: 'against the reference',
        table: divergenceTable(cells.map(({ cell, divergence }) => ({ id: cell, divergence }))),
      },
    ],
    sections: [
      ...cells.map((cell) => ({
        heading: `${cell.cell}: ${cell.verdict}`,
        facts: cell.checks.map(
          ({ limit, verdict: found, detail }) =>
            [limit, `${found}: ${visibleText(detail)}`] as const,
        ),
      })),
      {
        heading: 'gate',
        facts: [
          ['candidate', candidate],
          ['reference', `${baseline.name}, as it was scored`],
          [
            'pass rate',
            'not measured: evalkit humaneval measures it, and its gate holds a limit on the drop as well',
          ],
        ],
      },
    ],
    warnings,
  };
}

/** A row a limit of each model. */
function scoresTable(report: PerplexityGate): Table {
  const columns = ['kl', 'low95', 'high95', 'tokens'];
  return checkTable(report, columns, ({ divergence: { kl, tokens } }) => ({
    kl: kl?.mean,
    low95: kl?.ci95?.[0],
    high95: kl?.ci95?.[1],
    tokens,
  }));
}
