import { auditFacts } from '../words/audit.ts';
import { counted } from '../../records/counted.ts';
import { modeOfCell } from '../../modes/index.ts';
import type { CellReport, Report } from '../../records/report.ts';
import type { ThreadUse } from '../../records/thread-use.ts';
import { shardText } from '../../records/shard.ts';
import type { ReportDocument } from '../words/document.ts';
import { answerLines } from './answer.ts';
import { mergedFacts } from '../words/shards.ts';
import {
  overlapFacts,
  draftFacts,
  latencyFacts,
  latencyRunFacts,
  passAtKFacts,
} from './cell-facts.ts';
import { mainTable, throughputTable } from './cell-tables.ts';
import { missingPerplexity, perplexitySections, perplexityTables } from '../perplexity/tables.ts';
import { shortNames } from '../words/short-names.ts';
import { tensorFacts } from '../words/tensors.ts';
import {
  countsText,
  datasetText,
  machineText,
  percent,
  provenanceText,
  sandboxText,
  weightsText,
} from '../words/words.ts';

/** Puts a report in words. Figures are rounded here and nowhere before. */
export function describeReport(report: Report): ReportDocument {
  const names = shortNames(report.cells.map(({ id }) => id));
  const cells = names.pattern === undefined ? '' : `; cells ${names.pattern}`;
  return {
    title: `${titleOf(report)}${cells}`,
    answer: answerLines(report, names),
    ...mainTable(report, names),
    tables: [
      {
        heading: 'throughput of the quality pass, many sequences at once: no latency',
        table: throughputTable(report.cells, names),
      },
      ...perplexityTables(report.cells),
    ],
    sections: [
      ...report.cells.map(cellSection),
      ...perplexitySections(report.cells),
      runSection(report),
    ],
    warnings: report.warnings,
  };
}

/** A shard is called one, whatever else is to be said of it. */
function titleOf({ dataset, status, shard }: Report): string {
  const tasks = tasksText(dataset);
  if (shard === undefined) {
    return `${dataset.name}: ${tasks}, ${status}`;
  }
  const state = status === 'shard' ? '' : `, ${status}`;
  return `${dataset.name}: ${shardText(shard)}, ${shard.tasks} of the ${tasks}${state}`;
}

function cellSection(cell: CellReport): ReportDocument['sections'][number] {
  const { generation } = cell;
  const facts: (readonly [label: string, value: string])[] = [
    ['weights', weightsText(cell.weights)],
    ...tensorFacts(cell.tensors),
    ['provenance', provenanceText(cell.provenance)],
    ['prompt', promptText(cell)],
    ['decoding', decodeText(cell)],
    ['failed', countsText(cell.failures)],
    ['finish reasons', countsText(cell.stopReasons)],
  ];
  if ('notRun' in cell.passAt1) {
    facts.push(['pass@1', `not run: ${cell.passAt1.notRun}`]);
  }
  if (cell.infrastructure > 0) {
    facts.push([
      'infrastructure',
      `${counted(cell.infrastructure, 'completion')} without a verdict`,
    ]);
  }
  facts.push(...passAtKFacts(cell));
  facts.push([
    'generation',
    'notRun' in generation ? `not run: ${generation.notRun}` : generationText(generation),
  ]);
  facts.push(...('notRun' in generation ? [] : auditFacts(generation.audit)));
  facts.push(...latencyFacts(cell), ...draftFacts(cell), ...overlapFacts(cell));
  facts.push(...missingPerplexity(cell));
  return { heading: cell.id, facts };
}

function promptText({ prompt, maxTokens }: CellReport): string {
  const asked = prompt.mode === 'raw' ? 'raw' : `chat, wording ${prompt.wording}`;
  return `${asked}, at most ${maxTokens} tokens`;
}

function decodeText(cell: CellReport): string {
  return `${modeOfCell(cell).describe(cell.decode)}, ${cell.settingsText}`;
}

type Generation = Exclude<CellReport['generation'], { notRun: string }>;

function generationText(generation: Generation): string {
  const { newTokens, promptTokens, parallel, contextSize, threads, backend } = generation;
  const { sessions, interrupted } = generation;
  return [
    newTokens === undefined
      ? 'tokens not shown by the engine'
      : `${newTokens} new and ${promptTokens} prompt tokens`,
    `parallel ${parallel}`,
    ...(contextSize === undefined ? [] : [`context ${contextSize}`]),
    ...(threads === undefined
      ? []
      : [`${threadsText(threads, generation.threadUse)} (${generation.threadsChosenBy})`]),
    ...(backend === undefined ? [] : [backend]),
    ...(sessions > 1 || interrupted !== undefined ? [sessionsText(generation)] : []),
  ].join(', ');
}

function tasksText({ tasks, total, sample }: Report['dataset']): string {
  const drawn = sample === undefined ? '' : `, drawn at random (seed ${sample.seed})`;
  return `${tasks} of ${total} tasks${drawn}`;
}

function sessionsText({ sessions, interrupted }: Pick<Generation, 'sessions' | 'interrupted'>) {
  const all = counted(sessions, 'session');
  return interrupted === undefined
    ? all
    : `${all}, ${interrupted} cut short (counted up to the last completion)`;
}

/** As `2 threads`, or `threads 2, 1 for 40 % of the time` where others took cores. */
function threadsText(threads: number, use: readonly ThreadUse[] = []): string {
  const [most, ...others] = use;
  if (most === undefined) {
    return counted(threads, 'thread');
  }
  const whole = use.reduce((total, { ms }) => total + ms, 0);
  const shares = others.map((one) => `, ${one.threads} for ${percent(one.ms / whole)} of the time`);
  return `threads ${most.threads}${shares.join('')}`;
}

function runSection(report: Report): ReportDocument['sections'][number] {
  const { versions, machine, sandbox, dataset } = report;
  return {
    heading: 'run',
    facts: [
      ['data set', `${datasetText(dataset)}, sha256 ${dataset.sha256}`],
      [
        'versions',
        `evalkit ${versions.evalkit}, ${versions.engine}, Node ${versions.node}, ${versions.runtime}, ${versions.grader}, ${versions.extraction}`,
      ],
      ['machine', machineText(machine)],
      ...mergedFacts(report.merged),
      ['sandbox', sandboxText(sandbox)],
      ['probed, as a sample', probesText(sandbox)],
      ['noise floor', noiseText(report)],
      ...(report.command === undefined ? [] : [['to make it again', report.command] as const]),
      [
        'interval',
        "95 %, tasks as units: Wilson's score interval with one sample a task, else a bootstrap over tasks",
      ],
      ...latencyRunFacts(report),
      [
        'throughput',
        'new tokens of all sequences together over wall time, prompts included: no latency',
      ],
    ],
  };
}

/** What samples tried in the sandbox before the run, and what came of it. */
function probesText({ denials }: Report['sandbox']): string {
  const named = (isDenied: boolean): string =>
    denials.flatMap((one) => (one.isDenied === isDenied ? [one.name] : [])).join(', ') || 'nothing';
  return `denied: ${named(true)}; not denied: ${named(false)}`;
}

/** How many tasks flip by themselves, where the run measured it. */
function noiseText({ cells }: Report): string {
  const twins = cells.filter(({ role }) => role === 'noise-floor');
  return twins.length === 0
    ? 'not run: --noise-floor measures how many tasks flip by themselves'
    : twins.map(twinText).join('; ');
}

function twinText({ paired, replay }: CellReport): string {
  if (paired === undefined || 'notRun' in paired) {
    return `not run: ${paired?.notRun ?? 'it has no reference'}`;
  }
  const how = replay === undefined ? 'at another batch size' : 'read along with itself';
  return `${paired.lost + paired.gained} of ${counted(paired.tasks, 'task')} of the reference flip by themselves ${how}`;
}
