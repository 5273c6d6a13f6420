import type { ResolvedModel } from '../../models/resolve.ts';
import type { ModelFiles } from '../../records/models-report.ts';
import { renderModelFiles, renderModelList } from '../../report/models.ts';
import type { Host, Outcome } from '../host.ts';
import { type Printing, printListing } from '../report-output.ts';
import { chooseModels, noteModels, resolveModels } from './choose.ts';
import { listModels } from './list.ts';
import { type ModelListOptions, type PullOptions, pullOptions } from './options.ts';
import type { QuantizeOptions } from './quantize-options.ts';
import { runQuantize } from './quantize.ts';

/** Prints what models are known and cached. */
export async function modelsList(options: ModelListOptions, host: Host): Promise<Outcome> {
  const list = await listModels(host);
  await printListing(host, { data: list, text: renderModelList(list) }, options);
  return { kind: 'done' };
}

/** Fetches or makes models and prints where they lie. */
export async function modelsPull(options: PullOptions, host: Host): Promise<Outcome> {
  const items = chooseModels(options, host, pullOptions.options.model);
  noteModels(options, host);
  return printFiles(
    await resolveModels(items, { options, host, opened: new Map() }),
    options,
    host,
  );
}

/** Makes quantizations and prints where they lie. */
export async function quantize(options: QuantizeOptions, host: Host): Promise<Outcome> {
  return printFiles(await runQuantize(options, host), options, host);
}

/** Prints models with their paths, checksums and provenance. */
export async function printFiles(
  models: readonly ResolvedModel[],
  printing: Printing,
  host: Host,
): Promise<Outcome> {
  const files: ModelFiles = {
    version: 1,
    models: models.map(({ path, record }) => ({ ...record, path })),
  };
  await printListing(host, { data: files, text: renderModelFiles(files) }, printing);
  return { kind: 'done' };
}
