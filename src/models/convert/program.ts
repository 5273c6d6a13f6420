import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { environmentError, usageError } from '../../records/error.ts';
import type { ModelSettings } from '../settings.ts';
import {
  type ConvertMessage,
  convertMessageSchema,
  type ConvertRequest,
  type Looked,
} from './messages.ts';

type Ending = Exclude<ConvertMessage, { kind: 'started' | 'tensor' }>;

/** Who asks, and what takes notice of progress. */
export interface Asking {
  readonly python: string;
  /** What the user named, for errors. */
  readonly item: string;
  readonly onProgress?: (message: Exclude<ConvertMessage, Ending>) => void;
}

/**
 * Asks the converter's process. Throws a usage error for a folder that cannot be converted, and an
 * environment error where the process dies.
 */
export async function askConverter(
  request: ConvertRequest,
  { python, item, onProgress }: Asking,
  { env, signal }: Pick<ModelSettings, 'env' | 'signal'>,
): Promise<Looked> {
  const child = execa(python, ['-I', '-B', PROGRAM], {
    input: JSON.stringify(request),
    env,
    extendEnv: false,
    reject: false,
    cancelSignal: signal,
    buffer: { stdout: false },
    stripFinalNewline: true,
  });
  let ending: Ending | undefined;
  for await (const line of child.iterable({ from: 'stdout' })) {
    const message = convertMessageSchema.parse(JSON.parse(line));
    if (message.kind === 'started' || message.kind === 'tensor') {
      onProgress?.(message);
    } else {
      ending = message;
    }
  }
  const result = await child;
  signal.throwIfAborted();
  if (ending?.kind === 'looked' || ending?.kind === 'done') {
    return ending;
  }
  if (ending?.kind === 'refused') {
    throw usageError(`${item} cannot be converted to GGUF: ${ending.reason}`);
  }
  const said = ending?.reason ?? result.stderr.trim().split('\n').at(-1) ?? '';
  const how =
    ending === undefined
      ? `its process died (${result.signal ?? `exit code ${result.exitCode}`})`
      : 'it failed';
  throw environmentError(
    `${item} was not converted: ${how}: ${said}; free some memory and room, or reinstall with evalkit engine install convert`,
  );
}

/** Python is not compiled: a package brings it as it lies in the source. */
const PROGRAM = fileURLToPath(
  new URL('../../../src/models/convert/program/convert.py', import.meta.url),
);
