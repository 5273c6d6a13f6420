import type { ResolvedModel } from '../../models/resolve.ts';
import type { ModelFiles } from '../../records/models-report.ts';
import { renderJson } from '../../report/formats/json.ts';
import { renderModelFiles, renderModelList } from '../../report/models.ts';
import type { Host, Outcome } from '../host.ts';
import { chooseModels, noteModels, resolveModels } from './choose.ts';
import { listModels } from './list.ts';
import type { ModelListOptions, PullOptions } from './options.ts';
import type { QuantizeOptions } from './quantize-options.ts';
import { runQuantize } from './quantize.ts';

/** Prints what models are known and cached. */
export async function modelsList(options: ModelListOptions, host: Host): Promise<Outcome> {
  const list = await listModels(host);
  await host.print(options.json ? renderJson(list) : renderModelList(list));
  return { kind: 'done' };
}

/** Fetches or makes models and prints where they lie. */
export async function modelsPull(options: PullOptions, host: Host): Promise<Outcome> {
  const items = chooseModels(options, host);
  noteModels(options, host);
  return printFiles(await resolveModels(items, { options, host }), options, host);
}

/** Makes quantizations and prints where they lie. */
export async function quantize(options: QuantizeOptions, host: Host): Promise<Outcome> {
  return printFiles(await runQuantize(options, host), options, host);
}

async function printFiles(
  models: readonly ResolvedModel[],
  { json }: { readonly json: boolean },
  host: Host,
): Promise<Outcome> {
  const files: ModelFiles = {
    version: 1,
    models: models.map(({ path, record }) => ({ ...record, path })),
  };
  await host.print(json ? renderJson(files) : renderModelFiles(files));
  return { kind: 'done' };
}
