import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { writeOutput } from '../../files/write-output.ts';
import { EXPORTS } from '../../report/exports/index.ts';
import { summarize } from '../../report/humaneval/summary.ts';
import { readRun } from '../../store/run-store.ts';
import type { Host, Outcome } from '../host.ts';
import { findPrompts } from '../prompts.ts';
import type { ExportOptions } from './options.ts';

/** Writes a run in the files of another tool, and says which. Throws a usage error for another kind of run. */
export async function exportRun(options: ExportOptions, host: Host): Promise<Outcome> {
  const folder = resolve(host.cwd, options.run);
  const records = readRun(folder);
  const found = await findPrompts(records.header.plan.dataset, { host });
  const prompts = 'notRun' in found ? {} : { prompts: found.prompts };
  const out = resolve(host.cwd, options.out ?? join(folder, 'export'));
  for (const { name, text } of EXPORTS[options.to]({
    records,
    report: summarize(records),
    ...prompts,
  })) {
    const path = join(out, name);
    await makeFolder(dirname(path));
    await writeOutput(path, text, host.signal);
    await host.print(`${path}\n`);
  }
  return { kind: 'done' };
}
