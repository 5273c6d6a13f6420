import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { planHash } from '../records/keys.ts';
import type { Plan } from '../records/plan.ts';
import type { Report } from '../records/report.ts';
import { renderJson } from '../report/formats/json.ts';
import { renderMarkdown } from '../report/formats/markdown.ts';
import { renderSamples } from '../report/humaneval/samples.ts';
import { summarize } from '../report/humaneval/summary.ts';
import { readRun } from '../store/run-store.ts';

/**
 * Writes what is made from a run's records beside them: report.json, report.md, samples.jsonl and,
 * for a run of several cells, a samples file for each. Every file is replaced whole.
 */
export async function writeReportFiles(folder: string): Promise<Report> {
  const records = readRun(folder);
  const report = summarize(records);
  const files: [string, string][] = [
    ['report.json', renderJson(report)],
    ['report.md', renderMarkdown(report)],
    ['samples.jsonl', renderSamples(records)],
  ];
  const { cells } = records.header.plan;
  if (cells.length > 1) {
    for (const { id } of cells) {
      files.push([`samples.${slug(id)}.jsonl`, renderSamples(records, id)]);
    }
  }
  for (const [name, content] of files) {
    await writeFileAtomic(join(folder, name), content);
  }
  return report;
}

/** A name that every file system takes. */
export function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-');
}

/** Where a run lies unless the user says, relative to where they stand. */
export function defaultFolder(plan: Plan): string {
  const bases = [...new Set(plan.cells.map((cell) => cell.model.base))];
  return join('results', `${slug(bases.join('+'))}-${planHash(plan).slice(0, 8)}`);
}
