import { join, resolve } from 'node:path';
import { usageError } from '../records/error.ts';
import { KINDS, wordsOf } from '../store/kinds.ts';
import { readHeader } from '../store/read-folder.ts';
import { splitRunName } from './cell-name.ts';
import { kindOfFolder } from './kind-of-folder.ts';

/** One suite of a command that ran several. */
export interface SuiteRun {
  readonly name: string;
  /** Its run, as the user might have named it: with the cell, where they named one. */
  readonly run: string;
}

/** The suites in what `RUN` or `RUN#cell` names; `undefined` where that holds no several. */
export function suiteRuns(text: string, cwd: string): SuiteRun[] | undefined {
  if (kindOfFolder(text, cwd) !== 'suites') {
    return undefined;
  }
  const { run, cell } = splitRunName(text, cwd);
  const { header } = readHeader(resolve(cwd, run), KINDS.suites);
  return header.plan.suites.map(({ name, folder }) => ({
    name,
    run: `${join(run, folder)}${cell === undefined ? '' : `#${cell}`}`,
  }));
}

/** Throws a usage error for a folder of several suites, where one is asked for. */
export function refuseSuites(text: string, cwd: string): void {
  const runs = suiteRuns(text, cwd);
  if (runs !== undefined) {
    const { run } = splitRunName(text, cwd);
    throw usageError(
      `${run} holds ${wordsOf('suites')}; name one of them: ${runs.map((each) => each.run).join(', ')}`,
    );
  }
}
