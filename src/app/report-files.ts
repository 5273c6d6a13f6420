import { join } from 'node:path';
import { writeOutput } from '../files/write-output.ts';
import type { Task } from '../records/task.ts';
import { renditionOfRun, type RunToRender } from '../report/humaneval/rendition.ts';
import { sampleLines } from '../report/humaneval/samples.ts';
import { render } from '../report/index.ts';
import type { Rendition } from '../report/rendition.ts';
import { slug } from './folders.ts';
import { summarizedRun } from './report.ts';

const FILES = [
  ['report.json', 'json'],
  ['report.md', 'md'],
  ['report.html', 'html'],
] as const;

/** Writes a report beside the records that it is made from. */
export async function writeReports(folder: string, rendition: Rendition): Promise<void> {
  for (const [name, format] of FILES) {
    await writeOutput(join(folder, name), (await render(rendition, format)).text);
  }
}

/**
 * Writes what is made from a run's records beside them: its reports, samples.jsonl and, for a run of
 * several cells, a samples file for each. Every file is replaced atomically.
 */
export async function writeReportFiles(
  folder: string,
  tasks: readonly Pick<Task, 'taskId' | 'prompt'>[],
): Promise<RunToRender> {
  const prompts = new Map(tasks.map(({ taskId, prompt }) => [taskId, prompt]));
  const of = { ...summarizedRun(folder), prompts };
  const { records } = of;
  await writeReports(folder, renditionOfRun(of));
  const { cells } = records.header.plan;
  const files: [string, Iterable<string>][] = [['samples.jsonl', sampleLines(records)]];
  if (cells.length > 1) {
    for (const { id } of cells) {
      files.push([`samples.${slug(id)}.jsonl`, sampleLines(records, id)]);
    }
  }
  for (const [name, content] of files) {
    await writeOutput(join(folder, name), content);
  }
  return of;
}
