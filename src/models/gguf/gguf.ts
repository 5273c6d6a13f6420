import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { gguf, type GGUFParseOutput } from '@huggingface/gguf';
import { z } from 'zod';
import { usageError } from '../../records/error.ts';
import type { TensorSummary } from '../../records/model.ts';
import { CONVERSION_HINT } from '../quantize/conversion-hint.ts';
import { otherByHeader } from './other-files.ts';
import { fileTypeNumber, QUANTIZATIONS } from '../quantization.ts';
import { parseSplitName, type SplitName, splitNames } from './split-file.ts';
import { summarizeTensors } from './tensor-summary.ts';
import { tensorBytes, tensorTypeName } from './tensor-types.ts';

const vocabularySchema = z.object({
  model: z.string(),
  pre: z.string().optional(),
  tokens: z.array(z.string()),
});

/**
 * Keys that llama.cpp's recurrent and hybrid architectures have and no other (`llm_arch_is_recurrent`,
 * `llm_arch_is_hybrid`): Mamba's, RWKV's, LFM2's and Kimi's, after the architecture's name.
 */
const STATE_KEY = /\.(?:ssm|wkv|shortconv|kda)\./;

/** The key of a window that attention sees no further than; 0 is none. */
const WINDOW_KEY = /\.attention\.sliding_window$/;

type Parsed = GGUFParseOutput<{ strict: false }>;

/** What a GGUF file says of itself; of a model cut into several files, what they say together. */
export interface GgufInfo {
  readonly architecture: string;
  /** How chats are written for it; `undefined`: it does not say. */
  readonly chatTemplate: string | undefined;
  /** Whether it has layers with a state that cannot go back, as recurrent and hybrid models do. */
  readonly keepsState: boolean;
  /** Whether layers see only the last tokens, whose cache forgets those before. */
  readonly hasWindow: boolean;
  /** What `general.file_type` says, else the commonest tensor type; in lower case. */
  readonly quantization: string;
  /** How many there are. */
  readonly tensors: number;
  readonly bytes: number;
  /** `undefined` where a tensor's type is new to us. */
  readonly summary: TensorSummary | undefined;
  /** The file, or all parts of the model in order. */
  readonly paths: readonly string[];
}

interface GgufFile {
  readonly bytes: number;
  readonly parsed: Parsed;
}

/**
 * Reads the header of a model's GGUF file; given the first of several parts, those of all. Throws a usage
 * error for a file that is missing, is not a GGUF file, holds something else than a model, is another part
 * than the first, or is shorter than its tensors.
 */
export async function readGguf(path: string): Promise<GgufInfo> {
  const first = await readFile(path);
  const other = otherByHeader(first.parsed.metadata);
  if (other !== undefined) {
    throw usageError(`${path} is ${other}, not a model that generates text; name a model's file`);
  }
  const paths = partPaths(path, first);
  const rest: GgufFile[] = [];
  for (const part of paths.slice(1)) {
    rest.push(await readPart(part, path));
  }
  const files = [first, ...rest];
  const template = first.parsed.metadata['tokenizer.chat_template'];
  const tensors = files.flatMap(({ parsed }) => parsed.tensorInfos);
  const architecture = first.parsed.metadata['general.architecture'];
  if (typeof architecture !== 'string' || tensors.length === 0) {
    throw usageError(
      `${path} is a GGUF file without ${typeof architecture === 'string' ? 'weights' : 'a model architecture'}; name a model's file`,
    );
  }
  return {
    architecture,
    chatTemplate: typeof template === 'string' ? template : undefined,
    keepsState: Object.keys(first.parsed.metadata).some((key) => STATE_KEY.test(key)),
    hasWindow: Object.entries(first.parsed.metadata).some(
      ([key, value]) => WINDOW_KEY.test(key) && Number(value) !== 0,
    ),
    quantization: quantizationOf(first.parsed, tensors),
    tensors: tensors.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    summary: summarizeTensors(tensors),
    paths,
  };
}

/** The parts of a model's tokenizer that say what a token id means. */
export interface GgufVocabulary {
  readonly model: string;
  readonly pre: string | undefined;
  readonly tokens: readonly string[];
}

/** Reads a model's vocabulary; `undefined` for a file that names none. Throws as `readGguf` does. */
export async function readVocabulary(path: string): Promise<GgufVocabulary | undefined> {
  const { metadata } = (await readFile(path)).parsed;
  const found = vocabularySchema.safeParse({
    model: metadata['tokenizer.ggml.model'],
    pre: metadata['tokenizer.ggml.pre'],
    tokens: metadata['tokenizer.ggml.tokens'],
  });
  return found.success ? { pre: undefined, ...found.data } : undefined;
}

async function readFile(path: string): Promise<GgufFile> {
  const bytes = await fileBytes(path);
  await checkMagic(path);
  const parsed = await parse(path);
  checkBounds(path, parsed, bytes);
  return { bytes, parsed };
}

function partPaths(path: string, { parsed }: GgufFile): string[] {
  const name = partName(path, parsed);
  if (name === undefined) {
    return [path];
  }
  const paths = splitNames(name);
  if (name.part !== 1) {
    throw usageError(`${path} is part ${name.part} of ${name.parts}; name the first, ${paths[0]}`);
  }
  return paths;
}

async function readPart(path: string, first: string): Promise<GgufFile> {
  if (!existsSync(path)) {
    throw usageError(`${basename(path)} is missing beside ${first}; lay all parts into one folder`);
  }
  const file = await readFile(path);
  partName(path, file.parsed);
  return file;
}

/** llama.cpp finds the other parts by their names alone. */
function partName(path: string, parsed: Parsed): SplitName | undefined {
  const parts = Number(parsed.metadata['split.count'] ?? 1);
  if (parts <= 1) {
    return undefined;
  }
  const name = parseSplitName(path);
  const part = Number(parsed.metadata['split.no'] ?? 0) + 1;
  if (name === undefined || name.parts !== parts || name.part !== part) {
    const wanted = basename(splitNames({ prefix: '', part, parts })[part - 1] ?? '');
    throw usageError(
      `${path} is part ${part} of ${parts}, and its name does not say so: llama.cpp wants names that end in ${wanted}; rename the parts`,
    );
  }
  return name;
}

/** Size of a model file in bytes. Throws a usage error for one that is missing or is a folder. */
export async function fileBytes(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw usageError(`model file ${path} cannot be read (${codeOf(error)}); check the path`, error);
  });
  if (!found.isFile()) {
    throw usageError(`${path} is not a file; name a .gguf, or ${CONVERSION_HINT}`);
  }
  return found.size;
}

async function checkMagic(path: string): Promise<void> {
  await using handle = await open(path).catch((error: unknown) => {
    throw usageError(`model file ${path} cannot be read (${codeOf(error)})`, error);
  });
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const magic = buffer.subarray(0, bytesRead);
  if (!magic.equals(Buffer.from('GGUF'))) {
    throw usageError(
      `${path} is not a GGUF file (it begins with ${JSON.stringify(magic.toString('latin1'))}, not "GGUF"); fetch it again, or if it is another format, ${CONVERSION_HINT}`,
    );
  }
}

async function parse(path: string): Promise<Parsed> {
  try {
    return await gguf(path, { allowLocalFile: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(
      `${path}: its GGUF header cannot be read (${reason}); fetch or make the file again`,
      error,
    );
  }
}

function checkBounds(path: string, parsed: Parsed, bytes: number): void {
  const dataStart = Number(parsed.tensorDataOffset);
  const ends = parsed.tensorInfos.map(
    (tensor) => dataStart + Number(tensor.offset) + tensorBytes(tensor.dtype, tensor.shape),
  );
  const needed = ends.reduce((a, b) => Math.max(a, b), parsed.tensorInfoByteRange[1]);
  if (needed > bytes) {
    throw usageError(
      `${path} is truncated: it has ${bytes} bytes and its tensors need ${needed}; fetch or make the file again`,
    );
  }
}

function quantizationOf(parsed: Parsed, tensors: Parsed['tensorInfos']): string {
  const fileType = parsed.metadata['general.file_type'];
  const known = QUANTIZATIONS.find((name) => fileTypeNumber(name) === fileType);
  return known ?? commonestTensorType(tensors);
}

function commonestTensorType(tensors: Parsed['tensorInfos']): string {
  const names = tensors.map((tensor) => tensorTypeName(tensor.dtype).toLowerCase());
  const counts = Map.groupBy(names, (name) => name);
  const [commonest] = [...counts].toSorted(([, a], [, b]) => b.length - a.length);
  return commonest?.[0] ?? 'unknown';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
