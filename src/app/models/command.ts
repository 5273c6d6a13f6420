import type { ModelFiles } from '../../records/models-report.ts';
import { renderJson } from '../../report/formats/json.ts';
import { renderModelFiles, renderModelList } from '../../report/models.ts';
import type { Host, Outcome } from '../host.ts';
import { listModels } from './list.ts';
import type { ModelListOptions, PullOptions } from './options.ts';
import { pullModels } from './pull.ts';
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
  return printFiles(await pullModels(options, host), options, host);
}

/** Makes quantizations and prints where they lie. */
export async function quantize(options: QuantizeOptions, host: Host): Promise<Outcome> {
  return printFiles(await runQuantize(options, host), options, host);
}

async function printFiles(
  files: ModelFiles,
  { json }: { readonly json: boolean },
  host: Host,
): Promise<Outcome> {
  await host.print(json ? renderJson(files) : renderModelFiles(files));
  return { kind: 'done' };
}
