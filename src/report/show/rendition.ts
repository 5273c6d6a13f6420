import type { ShownCell, TaskReport } from '../../records/task-report.ts';
import { counted } from '../../records/counted.ts';
import type { Rendition, Table } from '../rendition.ts';
import { shardText } from '../../records/shard.ts';
import { caseOf } from '../words/pipeline.ts';
import type { Block, ReportDocument } from '../words/document.ts';

/** A task with what cells made of it, for every format. */
export function renditionOfTask(report: TaskReport): Rendition {
  return {
    data: () => report,
    document: () => describeTask(report),
    table: () => tableOf(report),
    suites: () => ({
      name: `${report.dataset}: ${report.taskId}`,
      suites: report.cells.map(({ cell, outcome }) => ({
        name: cell,
        properties: [],
        cases: [{ name: report.taskId, result: caseOf(outcome) }],
      })),
    }),
    annotations: 'a task has nothing to announce in a pipeline',
  };
}

function describeTask(report: TaskReport): ReportDocument {
  const { run, shard, taskId, dataset, prompt, sample, samples, cells, difference } = report;
  const part = shard === undefined ? '' : `, ${shardText(shard)}`;
  const which = samples === 1 ? '' : `, completion ${sample} of 0 to ${samples - 1}`;
  return {
    title: `${taskId} of ${dataset} in ${run}${part}${which}`,
    table: [['cell', 'passed', 'verdict', 'cause'], ...cells.map(rowOf)],
    sections: [
      typeof prompt === 'string'
        ? { heading: 'task', facts: [], blocks: [block('prompt', prompt)] }
        : { heading: 'task', facts: [['prompt', `not shown: ${prompt.notRun}`]] },
      ...cells.map(cellSection),
      ...(difference === undefined ? [] : [differenceSection(cells, difference)]),
    ],
    warnings: [],
  };
}

function rowOf({ cell, passed: [passed, of], outcome }: ShownCell): string[] {
  return [
    cell,
    `${passed} of ${of}`,
    outcome.kind === 'failed' || outcome.kind === 'passed' ? outcome.kind : 'none',
    outcome.kind === 'failed' ? outcome.cause : outcome.kind === 'passed' ? '' : outcome.kind,
  ];
}

function cellSection({
  cell,
  outcome,
  parts = {},
  completion,
  code,
  head,
}: ShownCell): ReportDocument['sections'][number] {
  const facts: [string, string][] = [
    ['verdict', outcomeText(outcome)],
    ...Object.entries(parts).map(([name, part]): [string, string] => [
      `verdict on ${name}`,
      outcomeText(part),
    ]),
  ];
  if (completion === undefined) {
    return { heading: cell, facts };
  }
  const { text, stopReason, newTokens } = completion;
  facts.push([
    'ended by',
    `${stopReason}${newTokens === undefined ? '' : `, ${counted(newTokens, 'token')}`}`,
  ]);
  const judged = code === undefined || code === text ? [] : [block('what was judged', code)];
  const before = head === undefined ? [] : [block('judged before the prompt', head)];
  return { heading: cell, facts, blocks: [block('completion', text), ...before, ...judged] };
}

function outcomeText(outcome: ShownCell['outcome']): string {
  switch (outcome.kind) {
    case 'passed':
      return 'passed';
    case 'failed':
      return `failed, ${outcome.cause}: ${outcome.detail}`;
    case 'infrastructure':
      return `none, for a failure that is not the model's: ${outcome.detail}`;
    case 'pending':
      return 'none yet; rerun the same command to resume';
  }
}

function differenceSection(
  [one, other]: readonly ShownCell[],
  difference: string | null,
): ReportDocument['sections'][number] {
  const heading = `${one?.cell} (-) and ${other?.cell} (+)`;
  return difference === null
    ? { heading, facts: [['difference', 'none: both completions have the same text']] }
    : { heading, facts: [], blocks: [block('difference', difference)] };
}

function block(label: string, text: string): Block {
  return { label, lines: text.replace(/\n$/, '').split('\n') };
}

function tableOf({ run, taskId, sample, cells }: TaskReport): Table {
  return {
    columns: ['run', 'cell', 'task', 'sample', 'outcome', 'cause', 'detail', 'completion'],
    rows: cells.map(({ cell, outcome, completion }) => ({
      run,
      cell,
      task: taskId,
      sample,
      outcome: outcome.kind,
      cause: outcome.kind === 'failed' ? outcome.cause : undefined,
      detail: 'detail' in outcome ? outcome.detail : undefined,
      completion: completion?.text,
    })),
  };
}
