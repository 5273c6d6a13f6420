import prettyBytes from 'pretty-bytes';
import type { PerplexityPlan } from '../records/perplexity.ts';
import type { CellReport, DivergenceReport } from '../records/report.ts';
import type { ReportDocument } from './document.ts';
import type { PerplexitySummary } from './perplexity-summary.ts';
import { terminalText } from './terminal.ts';
import { percent, provenanceText } from './words.ts';

type Columns = Pick<CellReport, 'id' | 'perplexity' | 'divergence'>;

/** The scores of `evalkit perplexity` as plain text for a terminal; ends with a newline. */
export function renderPerplexity(summary: PerplexitySummary): string {
  return terminalText(describePerplexity(summary));
}

/** What the figures mean, for every report that has them. */
export const PERPLEXITY_NOTES: ReportDocument['sections'][number]['facts'] = [
  [
    'perplexity',
    'exp of the mean negative log-likelihood over all scored tokens; those of different tokenizers do not compare, bits per byte do',
  ],
  [
    'intervals',
    '95 %, by the bootstrap over rows (over windows with --method llama-cpp): for another text of this kind',
  ],
  [
    'divergence',
    'a model near the reference has a small one whichever way its answers change: it says how far, not whether for better or worse',
  ],
];

/** The table of perplexities, and of divergences where there is a reference. */
export function perplexityTables(cells: readonly Columns[]): NonNullable<ReportDocument['tables']> {
  const compared = cells.filter(({ divergence }) => divergence !== undefined);
  return [
    { heading: 'perplexity', table: [PERPLEXITY_HEADS, ...cells.map(perplexityRow)] },
    ...(compared.length === 0
      ? []
      : [{ heading: 'against the reference', table: divergenceTable(compared) }]),
  ];
}

function describePerplexity(summary: PerplexitySummary): ReportDocument {
  const { plan, cells, status, warnings } = summary;
  const [first, ...others] = perplexityTables(cells);
  return {
    title: `perplexity on ${plan.text.source.name}: ${rowsText(plan)}, ${status}`,
    table: first?.table ?? [],
    tables: others,
    sections: [
      ...cells.map(({ id, file, provenance }) => ({
        heading: id,
        facts: [
          ['weights', `${file.name}, ${prettyBytes(file.bytes)}, sha256 ${file.sha256}`] as const,
          ['provenance', provenanceText(provenance)] as const,
        ],
      })),
      { heading: 'text', facts: textFacts(summary) },
      { heading: 'reading it', facts: PERPLEXITY_NOTES },
    ],
    warnings,
  };
}

const PERPLEXITY_HEADS = [
  'cell',
  'perplexity',
  '95 % interval',
  'mean of rows',
  'bits/byte',
  'tokens',
  'rows',
  'windows',
];

function perplexityRow({ id, perplexity }: Columns): string[] {
  if ('notRun' in perplexity) {
    return [id, `not run: ${perplexity.notRun}`, '', '', '', '', '', ''];
  }
  const { micro, macro, ci95, bitsPerByte, tokens, rows, windows } = perplexity;
  return [
    id,
    micro.toFixed(4),
    intervalText(ci95, (value) => value.toFixed(4)),
    macro?.toFixed(4) ?? '',
    bitsPerByte?.toFixed(4) ?? 'n/a',
    ...[tokens, rows, windows].map(String),
  ];
}

function divergenceTable(cells: readonly Columns[]): string[][] {
  const hasKl = cells.some(
    ({ divergence }) =>
      divergence !== undefined && 'kl' in divergence && divergence.kl !== undefined,
  );
  const heads = [
    'cell',
    'reference',
    'NLL difference',
    '95 % interval',
    'same top',
    '95 % interval',
  ];
  const klHeads = ['KL at least', '95 % interval', 'median', '99 %', 'max'];
  return [
    [...heads, ...(hasKl ? klHeads : [])],
    ...cells.map(({ id, divergence }) => divergenceRow(id, divergence, hasKl)),
  ];
}

function divergenceRow(id: string, divergence: Columns['divergence'], hasKl: boolean): string[] {
  if (divergence === undefined || 'notRun' in divergence) {
    const empty = Array.from({ length: hasKl ? 9 : 4 }, () => '');
    return [id, divergence === undefined ? '' : `not run: ${divergence.notRun}`, ...empty];
  }
  const { reference, nllDifference, sameTopShare } = divergence;
  return [
    id,
    reference,
    signed(nllDifference.estimate),
    intervalText(nllDifference.ci95, signed),
    percent(sameTopShare.estimate),
    intervalText(sameTopShare.ci95, percent),
    ...(hasKl ? klColumns(divergence) : []),
  ];
}

function klColumns({ kl }: DivergenceReport): string[] {
  if (kl === undefined) {
    return ['n/a', '', '', '', ''];
  }
  return [
    digits(kl.mean),
    intervalText(kl.ci95, digits),
    ...[kl.median, kl.p99, kl.max].map(digits),
  ];
}

function digits(value: number): string {
  return value.toFixed(6);
}

function intervalText(
  ci95: readonly [number, number] | null,
  show: (value: number) => string,
): string {
  return ci95 === null ? 'n/a' : `${show(ci95[0])} to ${show(ci95[1])}`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(5)}`;
}

function rowsText({ text, method }: PerplexityPlan): string {
  const asked =
    text.askedRows === undefined ? '' : ` (all there are; ${text.askedRows} were asked for)`;
  const rows = text.field === undefined ? 'one text' : `${text.rows} rows${asked}`;
  return method.kind === 'rows' ? rows : `${rows} as one text`;
}

function textFacts({ plan, cells }: PerplexitySummary): (readonly [string, string])[] {
  const { text, method, top } = plan;
  const { source } = text;
  const origin =
    source.kind === 'hub' ? `${source.repo} at ${source.revision}, ${source.name}` : source.name;
  const bos = cells.flatMap(({ id, perplexity }) =>
    'notRun' in perplexity ? [] : [`${id} ${perplexity.bos ? 'with' : 'without'}`],
  );
  const facts: [string, string][] = [
    ['data', `${origin}, sha256 ${text.sha256}`],
    ['field', text.field ?? 'none: a plain text'],
    ['rows', rowsText(plan)],
    [
      'windows',
      method.kind === 'rows'
        ? `${method.window} tokens, stride ${method.stride}; each token scored once`
        : `${method.window} tokens side by side, second halves scored, an incomplete last one left out`,
    ],
    ['BOS', bos.length === 0 ? 'n/a' : bos.join(', ')],
  ];
  const coverage = cells.flatMap(({ divergence }) =>
    divergence !== undefined && 'kl' in divergence && divergence.kl !== undefined
      ? [divergence.kl.coverage]
      : [],
  )[0];
  if (coverage !== undefined) {
    facts.push([
      'KL',
      `a lower bound: the reference's ${top} likeliest tokens hold ${(coverage * 100).toFixed(2)} % of its probability, the others count as one`,
    ]);
  }
  return facts;
}
