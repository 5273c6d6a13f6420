import { resolve } from 'node:path';
import { usageError } from '../../records/error.ts';
import { withLostAlone } from '../../report/words/only-lost.ts';
import { wordsOf } from '../../store/kinds.ts';
import { splitRunName } from '../cell-name.ts';
import { loadReference } from '../gate/load-evidence.ts';
import type { Host, Outcome } from '../host.ts';
import { kindOfFolder } from '../kind-of-folder.ts';
import { readReport } from '../report.ts';
import { printReport } from '../report-output.ts';
import { refuseSuites } from '../suite-runs.ts';
import type { ReportOptions } from './options.ts';

/** Renders the records of a run of any kind again, and reads nothing else. */
export async function report(options: ReportOptions, host: Host): Promise<Outcome> {
  refuseCell(options.run, host.cwd);
  if (options.junitFailures === 'lost') {
    refuseSuites(options.run, host.cwd);
  }
  const rendition = readReport(resolve(host.cwd, options.run));
  const shown =
    options.junitFailures === 'lost'
      ? withLostAlone(rendition, referenceOf(options, host))
      : rendition;
  await printReport(host, shown, options);
  return { kind: 'done' };
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
function referenceOf({ run, baseline }: ReportOptions, { cwd }: Host) {
  if (baseline === undefined && kindOfFolder(run, cwd) === 'judge') {
    throw usageError(
      `${run} holds ${wordsOf('judge')}, which have no reference; name what tasks are lost against with --baseline`,
    );
  }
  return loadReference(baseline ?? run, { cwd }).evidence;
}
