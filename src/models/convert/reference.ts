import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { environmentError } from '../../records/error.ts';
import type { ModelSettings } from '../settings.ts';

const referenceSchema = z.discriminatedUnion('kind', [
  /** Without the first token of each window. */
  z.object({ kind: z.literal('scored'), scores: z.array(z.array(z.number())) }),
  z.object({ kind: z.literal('lacking'), reason: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);
export type Reference = Exclude<z.infer<typeof referenceSchema>, { kind: 'failed' }>;

/** A folder, and windows of token ids. */
export interface ReferenceRequest {
  readonly folder: string;
  readonly windows: readonly (readonly number[])[];
}

/**
 * Log-probabilities by transformers in float32, or that this Python has no torch. Throws an environment
 * error where transformers does not load the folder.
 */
export async function referenceScores(
  request: ReferenceRequest,
  python: string,
  { env, signal }: Pick<ModelSettings, 'env' | 'signal'>,
): Promise<Reference> {
  const result = await execa(python, ['-I', '-B', PROGRAM], {
    input: JSON.stringify(request),
    env: { ...env, HF_HUB_OFFLINE: '1' },
    extendEnv: false,
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const line = result.stdout.split('\n').findLast((one) => one.startsWith('{'));
  const answer = line === undefined ? undefined : referenceSchema.parse(JSON.parse(line));
  if (answer === undefined || answer.kind === 'failed') {
    const died = `its process died (${result.signal ?? `exit code ${result.exitCode}`})`;
    throw environmentError(
      `${request.folder} was converted and could not be compared with transformers: ${answer?.reason ?? died}; make sure that there is enough memory, and try again`,
    );
  }
  return answer;
}

const PROGRAM = fileURLToPath(
  new URL('../../../src/models/convert/program/reference.py', import.meta.url),
);
