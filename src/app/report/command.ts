import { join, resolve } from 'node:path';
import { usageError } from '../../records/error.ts';
import { renditionOfRuns } from '../../report/several-runs.ts';
import type { Rendition } from '../../report/rendition.ts';
import { withLostAlone } from '../../report/words/only-lost.ts';
import { wordsOf } from '../../store/kinds.ts';
import { splitRunName } from '../cell-name.ts';
import { loadReference } from '../gate/load-evidence.ts';
import type { Host, Outcome } from '../host.ts';
import { kindOfFolder } from '../kind-of-folder.ts';
import { openFile } from '../open-file.ts';
import { readReport } from '../report.ts';
import { printReport } from '../report-output.ts';
import { PAGE, whereMore } from '../where-more.ts';
import { refuseSuites } from '../suite-runs.ts';
import type { ReportOptions } from './options.ts';

/** Renders the records of runs of any kind again, and reads nothing else. */
export async function report(options: ReportOptions, host: Host): Promise<Outcome> {
  const runs: { name: string; rendition: Rendition }[] = [];
  for (const name of options.run) {
    refuseCell(name, host.cwd);
    if (options.junitFailures === 'lost') {
      refuseSuites(name, host.cwd);
    }
    runs.push({ name, rendition: await readReport(resolve(host.cwd, name), host) });
  }
  const [first] = runs;
  if (first === undefined) {
    throw usageError('no run to report; name its folder: evalkit report RUN');
  }
  if (runs.length > 1) {
    await show(renditionOfRuns(runs), options, host);
    return { kind: 'done' };
  }
  const { name, rendition } = first;
  const shown =
    options.junitFailures === 'lost'
      ? withLostAlone(rendition, referenceOf(name, options.baseline, host.cwd))
      : rendition;
  await show(shown, options, host);
  return { kind: 'done' };
}

/** Prints a report; with `--open` it is written, beside its run unless `--output` says where, and opened. */
async function show(rendition: Rendition, options: ReportOptions, host: Host): Promise<void> {
  const { run, open, output, details } = options;
  const folder = resolve(host.cwd, run[0] ?? '.');
  const file = open ? (output ?? join(folder, PAGE)) : output;
  const more = whereMore({ path: folder, cwd: host.cwd });
  await printReport(host, rendition, { ...options, output: file, isDetailed: details, more });
  if (open && file !== undefined) {
    await openFile(resolve(host.cwd, file), host);
  }
}

/** Throws a usage error for `RUN#cell`: every other command that reads runs takes it. */
function refuseCell(text: string, cwd: string): void {
  const { run, cell } = splitRunName(text, cwd);
  if (cell !== undefined && kindOfFolder(run, cwd) !== undefined) {
    throw usageError(
      `${text}: a report shows all cells of a run; leave #${cell} out, or show one cell's task with evalkit show`,
    );
  }
}

/** What tasks are lost against. */
function referenceOf(run: string, baseline: string | undefined, cwd: string) {
  if (baseline === undefined && kindOfFolder(run, cwd) === 'judge') {
    throw usageError(
      `${run} holds ${wordsOf('judge')}, which have no reference; name what tasks are lost against with --baseline`,
    );
  }
  return loadReference(baseline ?? run, { cwd }).evidence;
}
