import { join } from 'node:path';
import { writeOutput } from '../files/write-output.ts';
import { renditionOfRun, type RunToRender } from '../report/humaneval/rendition.ts';
import { renderSamples } from '../report/humaneval/samples.ts';
import { render } from '../report/index.ts';
import type { Rendition } from '../report/rendition.ts';
import { slug } from './folders.ts';
import { summarizedRun } from './report.ts';

/** Writes a report beside the records that it is made from: report.json and report.md. */
export async function writeReports(folder: string, rendition: Rendition): Promise<void> {
  await writeOutput(join(folder, 'report.json'), render(rendition, 'json').text);
  await writeOutput(join(folder, 'report.md'), render(rendition, 'md').text);
}

/**
 * Writes what is made from a run's records beside them: its reports, samples.jsonl and, for a run of
 * several cells, a samples file for each. Every file is replaced atomically.
 */
export async function writeReportFiles(folder: string): Promise<RunToRender> {
  const of = summarizedRun(folder);
  const { records } = of;
  await writeReports(folder, renditionOfRun(of));
  const { cells } = records.header.plan;
  const files: [string, string][] = [['samples.jsonl', renderSamples(records)]];
  if (cells.length > 1) {
    for (const { id } of cells) {
      files.push([`samples.${slug(id)}.jsonl`, renderSamples(records, id)]);
    }
  }
  for (const [name, content] of files) {
    await writeOutput(join(folder, name), content);
  }
  return of;
}
