import { renditionOfComparisons } from '../../report/compare/rendition.ts';
import type { Rendition } from '../../report/rendition.ts';
import { firstLines, renditionOfSuites } from '../../report/suites/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport } from '../report-output.ts';
import { compareFolder } from './folders.ts';
import type { CompareOptions } from './options.ts';
import { runCompare, runSuitesCompare } from './run.ts';

/** Compares, and prints what changed. */
export async function compare(options: CompareOptions, host: Host): Promise<Outcome> {
  const { cwd } = host;
  const rendition = compareFolder(options, cwd) ?? ofSuites(options, cwd) ?? ofCells(options, cwd);
  await printReport(host, rendition, options);
  return { kind: 'done' };
}

function ofCells(options: CompareOptions, cwd: string): Rendition {
  return renditionOfComparisons(runCompare(options, cwd), options.flips);
}

function ofSuites(options: CompareOptions, cwd: string): Rendition | undefined {
  const report = runSuitesCompare(options, cwd);
  return (
    report &&
    renditionOfSuites(report, {
      title: `compare: ${firstLines(report)}`,
      parts: Object.entries(report.suites).map(([suite, one]) => ({
        suite,
        rendition: renditionOfComparisons(one, options.flips),
      })),
    })
  );
}
