import { resolve } from 'node:path';
import { about } from '../../options/message.ts';
import { type QuantizeOptions, quantizeOptions } from './quantize-options.ts';
import { nearestNames } from '../../models/nearest-names.ts';
import { resolveOriginal } from '../../models/quantize/original.ts';
import { parseQuantization, QUANTIZATIONS, type Quantization } from '../../models/quantization.ts';
import { checkRecipe, openImatrix } from '../../models/quantize/recipe.ts';
import { makeModel, type ResolvedModel, resolveModel } from '../../models/resolve.ts';
import { usageError } from '../../records/error.ts';
import { copyModel, makeOutFolder } from './copy-model.ts';
import type { Host } from '../host.ts';
import { refuseIdleBase } from './idle-base.ts';
import { chooseBase, openModelSources, readItem } from './choose.ts';

const { base, model, quantizeFrom } = quantizeOptions.options;

/** All of `evalkit quantize`: every quantization from one file. All names are checked beforehand. */
export async function runQuantize(options: QuantizeOptions, host: Host): Promise<ResolvedModel[]> {
  const chosen = chooseBase(options, host);
  refuseIdleBase({ ...options, model: options.quantizeFrom === undefined ? undefined : [] });
  const from =
    options.quantizeFrom === undefined
      ? undefined
      : readItem(quantizeFrom, options.quantizeFrom, { base: chosen, host });
  const quantizations = options.model.map((name) => readQuantization(name, options.imatrix));
  const twin = quantizations.findIndex((one, index) => quantizations.indexOf(one) !== index);
  if (twin !== -1) {
    throw usageError(about`${model} names ${options.model[twin] ?? ''} twice; name each once`);
  }
  const context = openModelSources(options, host);
  const imatrix =
    options.imatrix === undefined
      ? undefined
      : await openImatrix(resolve(host.cwd, options.imatrix), context);
  const original =
    from === undefined ? await resolveOriginal(chosen, context) : await resolveModel(from, context);
  host.progress({ kind: 'note', text: `from: ${original.path}` });
  const out = options.out === undefined ? undefined : resolve(host.cwd, options.out);
  if (out !== undefined) {
    await makeOutFolder(out);
  }
  const made: ResolvedModel[] = [];
  for (const quantization of quantizations) {
    const file = await makeModel(original, { quantization, imatrix }, context);
    if (file === original) {
      host.progress({
        kind: 'note',
        text: `${quantization}: the file already has this quantization`,
      });
    }
    made.push(out === undefined ? file : await copyModel(file, out, host));
  }
  return made;
}

function readQuantization(name: string, imatrix: string | undefined): Quantization {
  const quantization = parseQuantization(name);
  if (quantization === undefined) {
    throw usageError(
      about`${model} ${name}: no quantization is called ${name}; nearest: ${nearestNames(name, QUANTIZATIONS).join(', ')} (what they are made from is ${base} or ${quantizeFrom})`,
    );
  }
  checkRecipe(quantization, imatrix, about`${model} ${name}`);
  return quantization;
}
