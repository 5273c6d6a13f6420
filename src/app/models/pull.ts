import type { PullOptions } from './options.ts';
import type { ModelFiles } from '../../records/models-report.ts';
import type { Host } from '../host.ts';
import { chooseModels, resolveModels } from './choose.ts';

/** All of `evalkit models pull`: what the commands that measure would use lies here afterwards. */
export async function pullModels(options: PullOptions, host: Host): Promise<ModelFiles> {
  const items = chooseModels(options, host);
  const models = await resolveModels(items, { options, host });
  return { version: 1, models: models.map(({ path, record }) => ({ ...record, path })) };
}
