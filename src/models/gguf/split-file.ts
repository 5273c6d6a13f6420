import { parseGgufShardFilename } from '@huggingface/gguf';
import { sha256Text } from '../../records/hash.ts';
import type { WeightFile } from '../../records/model.ts';

/** One of the files that llama.cpp's llama-gguf-split cuts a model into, by its name. */
export interface SplitName {
  readonly prefix: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

/** Reads a name or path like `model-00001-of-00003.gguf`; `undefined` for a file on its own. */
export function parseSplitName(name: string): SplitName | undefined {
  const found = parseGgufShardFilename(name);
  return found === null
    ? undefined
    : { prefix: found.prefix, part: Number(found.shard), parts: Number(found.total) };
}

/** The names of all parts of a model, in order: llama.cpp is given the first and finds the others. */
export function splitNames({ prefix, parts }: SplitName): string[] {
  return Array.from(
    { length: parts },
    (_, index) => `${prefix}-${digits(index + 1)}-of-${digits(parts)}.gguf`,
  );
}

function digits(number: number): string {
  return String(number).padStart(5, '0');
}

/** Whether a file's name or path says that it is a GGUF file, in whatever case. */
export function isGgufName(name: string): boolean {
  return /\.gguf$/i.test(name);
}

/** A model's name without directory, part number and `.gguf`. */
export function modelNameOf(fileName: string): string {
  const split = parseSplitName(fileName);
  return (split?.prefix ?? fileName.replace(/\.gguf$/i, '')).replace(/^.*[/\\]/, '');
}

/** A model of several files as one fact; see `weightFileSchema`. */
export function joinParts(first: WeightFile, rest: readonly WeightFile[]): WeightFile {
  if (rest.length === 0) {
    return first;
  }
  const parts = [first, ...rest];
  return {
    name: first.name,
    sha256: sha256Text(parts.map(({ sha256 }) => `${sha256}\n`).join('')),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
  };
}
