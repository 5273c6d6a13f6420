import { open, stat } from 'node:fs/promises';
import { gguf, type GGUFParseOutput } from '@huggingface/gguf';
import { usageError } from '../records/error.ts';
import { fileTypeNumber, QUANTIZATIONS } from './quantization.ts';
import { tensorBytes, tensorTypeName } from './tensor-types.ts';

type Parsed = GGUFParseOutput<{ strict: false }>;

/** What a GGUF file says of itself. */
export interface GgufInfo {
  readonly architecture: string;
  /** What `general.file_type` says, else the commonest tensor type; in lower case. */
  readonly quantization: string;
  readonly tensors: number;
  readonly bytes: number;
}

/**
 * Reads a GGUF file's header. Throws a usage error for a file that is missing, is no GGUF, is one
 * part of several, or is shorter than its tensors.
 */
export async function readGguf(path: string): Promise<GgufInfo> {
  const bytes = await fileBytes(path);
  await checkMagic(path);
  const parsed = await parse(path);
  checkWhole(path, parsed, bytes);
  checkBounds(path, parsed, bytes);
  const architecture = parsed.metadata['general.architecture'];
  if (typeof architecture !== 'string' || parsed.tensorInfos.length === 0) {
    throw usageError(
      `${path} is a GGUF file without ${typeof architecture === 'string' ? 'weights' : 'a model architecture'}; name a model's file`,
    );
  }
  return {
    architecture,
    quantization: quantizationOf(parsed),
    tensors: parsed.tensorInfos.length,
    bytes,
  };
}

/** Size of a model file in bytes. Throws a usage error for one that is missing or is a folder. */
export async function fileBytes(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw usageError(`model file ${path} cannot be read (${codeOf(error)}); check the path`, error);
  });
  if (!found.isFile()) {
    throw usageError(
      `${path} is no file; convert a model's folder with llama.cpp's convert_hf_to_gguf.py and name the .gguf`,
    );
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
      `${path} is no GGUF file (it begins with ${JSON.stringify(magic.toString('latin1'))}, not "GGUF"); convert other formats with llama.cpp's convert_hf_to_gguf.py`,
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

/** A part has a checksum of its own, which says nothing of the other parts. */
function checkWhole(path: string, parsed: Parsed, bytes: number): void {
  const parts = Number(parsed.metadata['split.count'] ?? 1);
  if (parts > 1 && parsed.tensorInfoByteRange[1] <= bytes) {
    throw usageError(
      `${path} is one of ${parts} parts; join them with llama.cpp's llama-gguf-split --merge`,
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

function quantizationOf(parsed: Parsed): string {
  const fileType = parsed.metadata['general.file_type'];
  const known = QUANTIZATIONS.find((name) => fileTypeNumber(name) === fileType);
  return known ?? commonestTensorType(parsed);
}

function commonestTensorType(parsed: Parsed): string {
  const names = parsed.tensorInfos.map((tensor) => tensorTypeName(tensor.dtype).toLowerCase());
  const counts = Map.groupBy(names, (name) => name);
  const [commonest] = [...counts].toSorted(([, a], [, b]) => b.length - a.length);
  return commonest?.[0] ?? 'unknown';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
