import { existsSync } from 'node:fs';
import { cacheFolder } from '../../src/options/cache-folder.ts';
import { DEFAULT_BASE } from '../../src/models/catalogue/catalogue.ts';
import { createModelContext } from '../../src/models/context.ts';
import { parseBase, parseModelItem } from '../../src/models/item.ts';
import { resolveModel } from '../../src/models/resolve.ts';
import { SIGNAL } from './engine.ts';

/** The path of each model: a file, or a quantization of the default base through our own sources. */
export async function modelPaths(names: readonly string[]): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const name of names) {
    paths.set(name, existsSync(name) ? name : await obtain(name));
  }
  return paths;
}

async function obtain(name: string): Promise<string> {
  const context = createModelContext({
    cacheFolder: cacheFolder(process.env),
    hub: { endpoint: process.env['HF_ENDPOINT'] || 'https://huggingface.co', token: undefined },
    python: 'python3',
    offline: false,
    threads: undefined,
    env: process.env,
    progress: () => {},
    signal: SIGNAL,
  });
  return (await resolveModel(parseModelItem(name, parseBase(DEFAULT_BASE)), context)).path;
}
