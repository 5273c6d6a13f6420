import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { writeOutput } from '../../files/write-output.ts';
import { usageError } from '../../records/error.ts';
import type { Export } from '../../report/exports/export.ts';
import { EXPORTS } from '../../report/exports/index.ts';
import { toMlflow } from '../../report/exports/mlflow.ts';
import { summarize } from '../../report/humaneval/summary.ts';
import { readRun } from '../../store/run-store.ts';
import type { Host, Outcome } from '../host.ts';
import { findPrompts } from '../prompts.ts';
import { MlflowServer } from './mlflow.ts';
import { type ExportOptions, MLFLOW } from './options.ts';

/** Gives a run to another tool, and says where it is then. Throws a usage error for another kind of run. */
export async function exportRun(options: ExportOptions, host: Host): Promise<Outcome> {
  const { to } = options;
  if (to === MLFLOW) {
    await toServer(options, host);
  } else {
    await asFiles(EXPORTS[to], options, host);
  }
  return { kind: 'done' };
}

/** A line a cell: where its run is. */
async function toServer(options: ExportOptions, host: Host): Promise<void> {
  const url = options.server ?? host.env['MLFLOW_TRACKING_URI'];
  if (url === undefined || !/^https?:\/\//.test(url)) {
    throw usageError(
      `--to mlflow needs a tracking server${url === undefined ? '' : `, and MLFLOW_TRACKING_URI ${url} is no address of one`}; give --server http://HOST:5000`,
    );
  }
  const report = summarize(readRun(resolve(host.cwd, options.run)));
  const server = new MlflowServer(url, host);
  const name = options.experiment ?? `evalkit-${report.dataset.suite.name}`;
  const experiment = await server.experiment(name);
  for (const run of toMlflow(report)) {
    const { url: place, wasThere } = await server.send(experiment, run);
    await host.print(`${place}${wasThere ? ' (was there already)' : ''}\n`);
  }
}

async function asFiles(make: Export, options: ExportOptions, host: Host): Promise<void> {
  const folder = resolve(host.cwd, options.run);
  const records = readRun(folder);
  const found = await findPrompts(records.header.plan.dataset, { host });
  const prompts = 'notRun' in found ? {} : { prompts: found.prompts };
  const out = resolve(host.cwd, options.out ?? join(folder, 'export'));
  for (const { name, text } of make({ records, report: summarize(records), ...prompts })) {
    const path = join(out, name);
    await makeFolder(dirname(path));
    await writeOutput(path, text, host.signal);
    await host.print(`${path}\n`);
  }
}
