import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { convertRepository } from '../../models/convert/convert-repository.ts';
import { parseBase } from '../../models/item.ts';
import { type ResolvedModel, resolveModel, toResolved } from '../../models/resolve.ts';
import { saysInstruct } from '../../models/repository.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import type { Host } from '../host.ts';
import { openModelSources } from '../models/choose.ts';
import { copyModelTo } from '../models/copy-model.ts';
import { type ConvertOptions, convertOptions } from './options.ts';
import { isGgufName } from '../../models/gguf/split-file.ts';

const { source, out } = convertOptions.options;

/** All of `evalkit convert`: a folder's or a repository's safetensors as GGUF, checked. */
export async function runConvert(options: ConvertOptions, host: Host): Promise<ResolvedModel> {
  const target = options.out === undefined ? undefined : checkedOut(options.out, host);
  const model = await convert(options, host);
  host.progress({ kind: 'note', text: `converted: ${model.path}` });
  return target === undefined ? model : copyModelTo(model, target, host);
}

async function convert(options: ConvertOptions, host: Host): Promise<ResolvedModel> {
  const item = about`${source} ${options.source}`;
  const context = openModelSources(options, host);
  if (!/^hf:/i.test(options.source)) {
    const path = resolve(host.cwd, options.source);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw usageError(
        about`${item} is not a folder; name the folder of a model's safetensors, or hf:owner/repo`,
      );
    }
    return resolveModel({ kind: 'folder', path, quantization: undefined }, context);
  }
  const base = parseBase(options.source);
  if (base.kind !== 'hub') {
    throw new Error(`${options.source} is an item of the hub`);
  }
  const converted = await convertRepository(base, undefined, context);
  const { quantization } = converted;
  return toResolved(converted, {
    base: base.repo,
    quantization,
    instruct: saysInstruct(base.repo),
  });
}

/** Throws a usage error for a path that cannot be the outcome's, before anything is fetched. */
function checkedOut(path: string, { cwd }: Host): string {
  if (!isGgufName(path)) {
    throw usageError(about`${out} ${path} does not end in .gguf; name the file to write`);
  }
  return resolve(cwd, path);
}
