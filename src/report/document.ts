import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { CellReport, Report } from '../records/report.ts';
import { missingPerplexity, perplexitySections, perplexityTables } from './perplexity-tables.ts';
import { countsText, percent, provenanceText, sandboxText } from './words.ts';

/** A report in words: what the terminal and Markdown both show, each in its own form. */
export interface ReportDocument {
  readonly title: string;
  /** First row: column heads. */
  readonly table: readonly (readonly string[])[];
  /** More tables, each under its own heading. */
  readonly tables?: readonly {
    readonly heading: string;
    readonly table: readonly (readonly string[])[];
  }[];
  readonly sections: readonly {
    readonly heading: string;
    readonly facts: readonly (readonly [label: string, value: string])[];
  }[];
  readonly warnings: readonly string[];
}

const HEADS = [
  'cell',
  'pass@1',
  '95 % interval',
  'passed / n',
  'tokens/s',
  'load',
  'wall',
  'peak RSS',
  'file',
];

/** Puts a report in words. Figures are rounded here and nowhere before. */
export function describeReport(report: Report): ReportDocument {
  return {
    title: `${report.dataset.name}: ${report.dataset.tasks} of ${report.dataset.total} tasks, ${report.status}`,
    table: [HEADS, ...report.cells.map(tableRow)],
    tables: perplexityTables(report.cells),
    sections: [
      ...report.cells.map(cellSection),
      ...perplexitySections(report.cells),
      runSection(report),
    ],
    warnings: report.warnings,
  };
}

function tableRow(cell: CellReport): string[] {
  const { passAt1, generation } = cell;
  const quality =
    'notRun' in passAt1
      ? ['n/a', '', '']
      : [
          percent(passAt1.estimate),
          `${percent(passAt1.ci95[0])} to ${percent(passAt1.ci95[1])}`,
          `${passAt1.passed} / ${passAt1.total}`,
        ];
  const speed =
    'notRun' in generation
      ? ['n/a', 'n/a', 'n/a', 'n/a']
      : [
          generation.tokensPerSecond.toFixed(1),
          prettyMs(generation.loadMs),
          prettyMs(generation.wallMs, { secondsDecimalDigits: 0 }),
          prettyBytes(generation.peakRssBytes),
        ];
  return [cell.id, ...quality, ...speed, prettyBytes(cell.file.bytes)];
}

function cellSection(cell: CellReport): ReportDocument['sections'][number] {
  const { generation } = cell;
  const facts: [string, string][] = [
    ['weights', `${cell.file.name}, ${prettyBytes(cell.file.bytes)}, sha256 ${cell.file.sha256}`],
    ['provenance', provenanceText(cell.provenance)],
    ['prompt', promptText(cell)],
    ['failed', countsText(cell.failures)],
    ['answers ended by', countsText(cell.stopReasons)],
  ];
  if ('notRun' in cell.passAt1) {
    facts.push(['pass@1', `not run: ${cell.passAt1.notRun}`]);
  }
  if (cell.infrastructure > 0) {
    facts.push(['infrastructure', `${cell.infrastructure} tasks without a verdict`]);
  }
  facts.push([
    'generation',
    'notRun' in generation ? `not run: ${generation.notRun}` : generationText(generation),
  ]);
  facts.push(...missingPerplexity(cell));
  return { heading: cell.id, facts };
}

function promptText({ prompt, maxTokens }: CellReport): string {
  const asked = prompt.mode === 'raw' ? 'raw' : `chat, wording ${prompt.wording}`;
  return `${asked}, at most ${maxTokens} tokens`;
}

function generationText(generation: Exclude<CellReport['generation'], { notRun: string }>): string {
  const { newTokens, promptTokens, parallel, contextSize, threads, backend, sessions } = generation;
  return `${newTokens} new and ${promptTokens} prompt tokens, parallel ${parallel}, context ${contextSize}, ${threads} threads (${generation.threadsChosenBy}), ${backend}${sessions > 1 ? `, ${sessions} sessions` : ''}`;
}

function runSection({
  versions,
  machine,
  sandbox,
  dataset,
}: Report): ReportDocument['sections'][number] {
  return {
    heading: 'run',
    facts: [
      ['data set', `${dataset.name}, sha256 ${dataset.sha256}`],
      [
        'versions',
        `evalkit ${versions.evalkit}, ${versions.engine} (llama.cpp ${versions.llamaCpp}), Node ${versions.node}, Python ${versions.python}, ${versions.grader}, ${versions.extraction}`,
      ],
      [
        'machine',
        `${machine.cpu}, ${machine.cores} cores, ${prettyBytes(machine.memoryBytes, { binary: true })}, ${machine.platform} ${machine.kernel} ${machine.arch}`,
      ],
      ['sandbox', sandboxText(sandbox)],
      ['interval', "Wilson's score interval over tasks, one sample a task"],
      [
        'tokens/s',
        'new tokens of all sequences together over wall time, prompts included: throughput, no latency',
      ],
    ],
  };
}
