import { counted } from '../../records/counted.ts';
import type { TextPlan } from '../../records/perplexity.ts';
import type { CellReport, DivergenceReport } from '../../records/report.ts';
import type { ReportDocument } from '../words/document.ts';
import { NOT_ASKED } from '../../measures/perplexity/columns.ts';
import { interval, percent } from '../words/words.ts';

type Columns = Pick<CellReport, 'id' | 'perplexity' | 'divergence'>;

/**
 * The tables of perplexities and, where there is a reference, of divergences. None where nothing was
 * measured.
 */
export function perplexityTables(cells: readonly Columns[]): NonNullable<ReportDocument['tables']> {
  if (cells.every(({ perplexity }) => 'notRun' in perplexity)) {
    return [];
  }
  const compared = cells.filter(({ divergence }) => divergence !== undefined);
  return [
    { heading: 'perplexity', table: [PERPLEXITY_HEADS, ...cells.map(perplexityRow)] },
    ...(compared.length === 0
      ? []
      : [{ heading: 'against the reference', table: divergenceTable(compared) }]),
  ];
}

/** What was scored and what the figures mean; none where nothing was measured. */
export function perplexitySections(cells: readonly Columns[]): ReportDocument['sections'] {
  const facts = textFacts(cells);
  return facts.length === 0
    ? []
    : [{ heading: 'perplexity', facts: [...facts, ...PERPLEXITY_NOTES] }];
}

/** Why a cell lacks a figure, one fact each. */
export function missingPerplexity({ perplexity, divergence }: Columns): [string, string][] {
  const facts: [string, string][] = [];
  if ('notRun' in perplexity && perplexity.notRun === NOT_ASKED) {
    return facts;
  }
  if ('notRun' in perplexity) {
    facts.push(['perplexity', `not run: ${perplexity.notRun}`]);
  } else if (divergence !== undefined && 'notRun' in divergence) {
    facts.push(['divergence', `not run: ${divergence.notRun}`]);
  }
  return facts;
}

const PERPLEXITY_NOTES: ReportDocument['sections'][number]['facts'] = [
  [
    'figure',
    'exp of the mean negative log-likelihood over all scored tokens; those of different tokenizers do not compare, bits per byte do',
  ],
  [
    'intervals',
    '95 %, by the bootstrap over rows (over windows with --method llama-cpp): for another text of this kind',
  ],
  [
    'divergence',
    'near the reference it is small whichever way completions change: it says how far, not whether for better or worse',
  ],
];

const PERPLEXITY_HEADS = [
  'cell',
  'perplexity',
  '95 % interval',
  'macro average',
  'bits/byte',
  'tokens',
  'rows',
  'windows',
];

function perplexityRow({ id, perplexity }: Columns): string[] {
  if ('notRun' in perplexity) {
    return [id, 'n/a', '', '', '', '', '', ''];
  }
  const { micro, macro, ci95, bitsPerByte, tokens, rows, windows } = perplexity;
  return [
    id,
    micro.toFixed(4),
    interval(ci95, (value) => value.toFixed(4)),
    macro?.toFixed(4) ?? '',
    bitsPerByte?.toFixed(4) ?? 'n/a',
    ...[tokens, rows, windows].map(String),
  ];
}

/** How far models are from the reference, a row each. */
export function divergenceTable(cells: readonly Pick<Columns, 'id' | 'divergence'>[]): string[][] {
  const hasKl = cells.some(
    ({ divergence }) =>
      divergence !== undefined && 'kl' in divergence && divergence.kl !== undefined,
  );
  const heads = [
    'cell',
    'reference',
    'NLL difference',
    '95 % interval',
    'top-1 agreement',
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
    return [id, 'n/a', ...empty];
  }
  const { reference, nllDifference, top1Agreement } = divergence;
  return [
    id,
    reference,
    signed(nllDifference.estimate),
    interval(nllDifference.ci95, signed),
    percent(top1Agreement.estimate),
    interval(top1Agreement.ci95, percent),
    ...(hasKl ? klColumns(divergence) : []),
  ];
}

function klColumns({ kl }: DivergenceReport): string[] {
  if (kl === undefined) {
    return ['n/a', '', '', '', ''];
  }
  return [digits(kl.mean), interval(kl.ci95, digits), ...[kl.median, kl.p99, kl.max].map(digits)];
}

function digits(value: number): string {
  return value.toFixed(6);
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(5)}`;
}

/** As `512 rows`, or `103 rows (all of them; 512 were asked for)`. */
export function rowsText({ field, rows, askedRows }: TextPlan, method: string): string {
  const asked = askedRows === undefined ? '' : ` (all of them; ${askedRows} were asked for)`;
  const text = field === undefined ? 'one text' : `${counted(rows, 'row')}${asked}`;
  return method === 'rows' || field === undefined ? text : `${text} as one text`;
}

function textFacts(cells: readonly Columns[]): [string, string][] {
  const measured = cells.flatMap(({ id, perplexity }) =>
    'notRun' in perplexity ? [] : [{ id, ...perplexity }],
  );
  const [first] = measured;
  if (first === undefined) {
    return [];
  }
  const { text, method, window, stride } = first;
  const { source } = text;
  const origin =
    source.kind === 'hub' ? `${source.repo} at ${source.revision}, ${source.name}` : source.name;
  return [
    ['text', `${origin}, sha256 ${text.sha256}`],
    ['field', text.field ?? 'none: a plain text'],
    ['rows', rowsText(text, method)],
    [
      'windows',
      method === 'rows'
        ? `${window} tokens, stride ${stride}; each token scored once`
        : `${window} tokens side by side, second halves scored, an incomplete last one left out`,
    ],
    ['BOS', measured.map(({ id, bos }) => `${id} ${bos ? 'with' : 'without'}`).join(', ')],
    ...klFacts(cells),
  ];
}

function klFacts(cells: readonly Columns[]): [string, string][] {
  const kl = cells
    .flatMap(({ divergence }) =>
      divergence === undefined || 'notRun' in divergence ? [] : [divergence.kl],
    )
    .find((one) => one !== undefined);
  return kl === undefined
    ? []
    : [
        [
          'KL',
          `a lower bound: the reference's ${kl.top} likeliest tokens hold ${(kl.coverage * 100).toFixed(2)} % of its probability, all others count as one`,
        ],
      ];
}
