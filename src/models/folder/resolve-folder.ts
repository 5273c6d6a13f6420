import { basename } from 'node:path';
import type { ModelContext } from '../context.ts';
import type { EngineItem, EngineWeights } from '../item.ts';
import { identifyFile } from '../local-file.ts';
import { saysInstruct } from '../repository.ts';
import type { ResolvedModel } from '../resolve.ts';
import { identifyFolder } from './identify-folder.ts';
import { fetchRepository } from './fetch-repository.ts';
import { unpackGguf } from './unpack-gguf.ts';

/** Finds, fetches or makes what an engine loads. Throws as `resolveModel` does. */
export async function resolveForEngine(
  item: EngineItem,
  context: ModelContext,
  resolveFrom: (from: Extract<EngineWeights, { kind: 'gguf' }>['from']) => Promise<ResolvedModel>,
): Promise<ResolvedModel> {
  const { engine, weights, variant } = item;
  switch (weights.kind) {
    case 'file':
      return resolveFile(weights.path, engine, context);
    case 'folder': {
      const care = context.folders?.(engine);
      const found = await identifyFolder(weights.path, context, async () =>
        care?.check(weights.path, context.signal),
      );
      const base = basename(weights.path);
      const instruct = saysInstruct(base);
      return toModel(weights.path, { base, instruct, variant, ...found });
    }
    case 'repository': {
      const check = async (folder: string): Promise<void> =>
        context.folders?.(engine)?.check(folder, context.signal);
      const { path } = await fetchRepository(weights, check, context);
      const found = await identifyFolder(path, context);
      const { repo: base } = weights;
      return toModel(path, { base, instruct: saysInstruct(base), variant, ...found });
    }
    case 'gguf': {
      const original = await resolveFrom(weights.from);
      const { base, instruct, quantization } = original.record;
      const made = await unpackGguf(original, engine, context);
      return toModel(made.path, { base, instruct, variant, of: quantization, ...made });
    }
  }
}

/** A file that only its engine can read: what it holds is the engine's to find out. */
async function resolveFile(
  path: string,
  engine: string,
  context: ModelContext,
): Promise<ResolvedModel> {
  const { provenance, ...fact } = await identifyFile(path, context);
  return {
    path,
    record: {
      base: fact.name.replace(/\.[^.]*$/, ''),
      quantization: engine,
      weights: { kind: 'file', ...fact },
      provenance,
      instruct: false,
    },
  };
}

type Found = Pick<ResolvedModel['record'], 'base' | 'instruct' | 'weights' | 'provenance'> & {
  readonly variant: string | undefined;
  /** The quantization that the weights were unpacked from. */
  readonly of?: string;
};

/** Named by what computes: `fp32`, or of a quantized file's weights `q4_k_m@fp32`. */
function toModel(path: string, { variant, of, ...found }: Found): ResolvedModel {
  const { base, instruct, weights, provenance } = found;
  const quantization = [of, variant].filter((part) => part !== undefined).join('@');
  return {
    path,
    record: {
      base,
      quantization,
      weights,
      provenance,
      instruct,
      ...(variant === undefined ? {} : { variant }),
    },
  };
}
