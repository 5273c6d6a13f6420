import { z } from 'zod';
import { usageError } from '../../records/error.ts';

/** A folder or repository of weights, as far as its files' names and texts go. */
export interface FolderContents {
  /** As a user would call it. */
  readonly called: string;
  readonly names: readonly string[];
  readonly read: (name: string) => Promise<string>;
}

const INDEX = 'model.safetensors.index.json';
const WHOLE = 'model.safetensors';

/** What decides, beside the weights, how a model computes and what its text becomes. */
const DECISIVE =
  /^(?:config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template)\.json$|^(?:merges\.txt|vocab\.txt|tokenizer\.model|chat_template\.jinja)$/;

/** PyTorch's own format runs what it holds when it is read. */
const PICKLE = /\.(?:bin|pt|pth|ckpt)$/i;

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
const configSchema = z.looseObject({ auto_map: z.unknown().optional() });

/**
 * The files of a folder that make its model, sorted by name. Throws a usage error for one whose
 * weights are pickles, incomplete or of two kinds.
 */
export async function folderFiles(contents: FolderContents): Promise<string[]> {
  const { names } = contents;
  const weights = await weightFiles(contents);
  const code = (await bringsCode(contents)) ? names.filter((name) => name.endsWith('.py')) : [];
  return [...names.filter((name) => DECISIVE.test(name)), ...weights, ...code].toSorted();
}

/** Whether its config names Python code of its own. */
export async function bringsCode(contents: FolderContents): Promise<boolean> {
  const config = parse(configSchema, await contents.read('config.json'), {
    contents,
    name: 'config.json',
  });
  return config.auto_map !== undefined;
}

async function weightFiles(contents: FolderContents): Promise<string[]> {
  const { called, names } = contents;
  if (!names.includes('config.json')) {
    throw usageError(describeStrangers(contents));
  }
  const shards = names.filter((name) => /^model.*\.safetensors$/.test(name));
  if (!names.includes(INDEX)) {
    if (names.includes(WHOLE) && shards.length === 1) {
      return [WHOLE];
    }
    if (shards.length === 0) {
      throw usageError(describeStrangers(contents));
    }
    throw usageError(
      `${called} has ${shards.slice(0, 2).join(' and ')} without ${INDEX}, which says what belongs together; complete the folder, or keep one of them as ${WHOLE}`,
    );
  }
  const index = parse(indexSchema, await contents.read(INDEX), { contents, name: INDEX });
  const listed = [...new Set(Object.values(index.weight_map))].toSorted();
  const missing = listed.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw usageError(`${called} lacks ${missing}, which its ${INDEX} names; complete the folder`);
  }
  const stranger = shards.find((name) => !listed.includes(name));
  if (stranger !== undefined) {
    throw usageError(
      `${called} mixes weights: ${stranger} is none of the ${listed.length} files of its ${INDEX}; remove what does not belong to it`,
    );
  }
  return [INDEX, ...listed];
}

/** Why a folder holds no model that can be loaded. */
function describeStrangers({ called, names }: FolderContents): string {
  const pickle = names.find((name) => PICKLE.test(name));
  if (names.includes('adapter_config.json')) {
    return `${called} is an adapter and no model; merge it into its base and name that folder`;
  }
  if (pickle !== undefined && !names.some((name) => name.endsWith('.safetensors'))) {
    return `${called} has its weights as pickles (${pickle}), which can run code when they are read; save them as safetensors`;
  }
  return names.includes('config.json')
    ? `${called} has no ${WHOLE} and no ${INDEX}; name a folder that transformers saved`
    : `${called} has no config.json; name a folder that transformers saved, or a .gguf`;
}

function parse<T>(
  schema: z.ZodType<T>,
  text: string,
  { contents, name }: { readonly contents: FolderContents; readonly name: string },
): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw usageError(`${contents.called}: its ${name} cannot be read; save the model anew`, error);
  }
}
