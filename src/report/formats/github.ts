import { markdownTable } from 'markdown-table';
import type { Report } from '../../records/report.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';
import { escapeMarkdown, renderMarkdown } from './markdown.ts';
import type { TaskResult } from '../humaneval/task-results.ts';

/** GitHub refuses a step summary of more than 1 MiB: at most 200 rows of at most 3 kB. */
const LISTED = 200;
const DETAIL_CHARACTERS = 300;

/** GitHub shows some 4 kB of an annotation. */
const MESSAGE_CHARACTERS = 2_000;

/** One line in the list of a workflow run's annotations. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** A run for a GitHub step summary: the report, and the answers without a pass. */
export function renderStepSummary(report: Report, results: readonly TaskResult[]): string {
  const listed = results.filter(({ outcome }) => outcome.kind !== 'passed');
  if (listed.length === 0) {
    return renderMarkdown(report);
  }
  const heads = ['cell', 'task', 'sample', 'outcome', 'detail'];
  const rows = listed.slice(0, LISTED).map(taskRow);
  const more = listed.length > LISTED ? `\n\nand ${listed.length - LISTED} more.` : '';
  const table = markdownTable([heads, ...rows], { alignDelimiters: false });
  return `${renderMarkdown(report)}\n<details><summary>${listed.length} answers without a pass</summary>\n\n${table}${more}\n\n</details>\n`;
}

function taskRow({ cell, taskId, sample, outcome }: TaskResult): string[] {
  const what = outcome.kind === 'failed' ? outcome.cause : outcome.kind;
  const detail = 'detail' in outcome ? outcome.detail : '';
  const texts = [cell, taskId, String(sample), what, detail].map(visibleText);
  return texts.map((text) => escapeMarkdown(shortened(text, DETAIL_CHARACTERS)));
}

/** What a pipeline must be told of a run besides its figures. */
export function runAnnotations(report: Report): Annotation[] {
  const title = `evalkit: ${report.dataset.name}`;
  const owed = report.cells
    // What a rule left out, nobody owes.
    .map((cell) => ({ ...cell, pending: cell.stopped === undefined ? cell.pending : 0 }))
    .filter(({ infrastructure, pending }) => infrastructure + pending > 0);
  return [
    ...owed.map(
      ({ id, infrastructure, pending }): Annotation => ({
        level: 'error',
        title,
        message: `${id}: ${infrastructure + pending} tasks have no verdict (${infrastructure} failed for a reason that is not the model's)`,
      }),
    ),
    ...report.warnings.map((message): Annotation => ({ level: 'warning', title, message })),
  ];
}

/** Annotations as GitHub's workflow commands, a line each, to be printed on stdout. */
export function renderAnnotations(annotations: readonly Annotation[]): string {
  return annotations
    .map(({ level, title, message }) => {
      const text = escapeData(shortened(visibleText(message), MESSAGE_CHARACTERS));
      return `::${level} title=${escapeProperty(visibleText(title))}::${text}\n`;
    })
    .join('');
}

/** As the toolkit of GitHub's actions does (`@actions/core`, command.ts). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
