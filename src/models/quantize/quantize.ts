import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { environmentError, usageError } from '../../records/error.ts';
import { diskFullError } from '../../files/disk-error.ts';
import { findLibllama } from './libllama.ts';
import { type QuantizeMessage, quantizeMessageSchema, type QuantizeRequest } from './messages.ts';
import { fileTypeNumber, type Quantization } from '../quantization.ts';
import type { ModelSettings } from '../settings.ts';

export interface QuantizeJob {
  readonly input: string;
  readonly output: string;
  readonly quantization: Quantization;
  /** Path of an importance matrix. */
  readonly imatrix?: string | undefined;
  /** How many tensors the input has. */
  readonly tensors: number;
}

/** Less free space than this after a failure: the disk was full. */
const FULL_BYTES = 16 * 2 ** 20;

/**
 * Writes `output` in another quantization, in a child process that computes with llama.cpp. Throws
 * `EvalkitError` where llama.cpp refuses or the disk is full; `output` may then be half written.
 */
export async function quantize(job: QuantizeJob, settings: ModelSettings): Promise<void> {
  const { progress } = settings;
  const step = `${basename(job.input)} to ${job.quantization}`;
  progress({ kind: 'step-started', step, unit: 'tensors', total: job.tensors });
  try {
    await runChild(job, settings, (done) => progress({ kind: 'step-advanced', step, done }));
  } finally {
    progress({ kind: 'step-ended', step });
  }
}

type Ending = Exclude<QuantizeMessage, { kind: 'tensor' }>;

async function runChild(
  job: QuantizeJob,
  settings: ModelSettings,
  onTensor: (done: number) => void,
): Promise<void> {
  const child = execa({
    node: true,
    nodeOptions: [],
    env: cleanEnvironment(settings.env),
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
    cancelSignal: settings.signal,
    ipcInput: {
      library: findLibllama().path,
      input: job.input,
      output: job.output,
      fileType: fileTypeNumber(job.quantization),
      threads: settings.threads ?? availableParallelism(),
      imatrix: job.imatrix,
    } satisfies QuantizeRequest,
  })`${CHILD}`;
  let ending: Ending | undefined;
  for await (const received of child.getEachMessage()) {
    const message = quantizeMessageSchema.parse(received);
    if (message.kind === 'tensor') {
      onTensor(message.done);
    } else {
      ending = message;
    }
  }
  const result = await child;
  settings.signal.throwIfAborted();
  if (ending?.kind !== 'done') {
    const how = result.signal ?? `exit code ${result.exitCode}`;
    throw await failure(job, ending, `${how}: ${result.stderr.split('\n').at(-1)}`);
  }
  tellOf(ending, job, settings);
}

/** In a checkout the child runs from its source, in a package from what it was compiled to. */
const CHILD = fileURLToPath(new URL(`quantize-child${extname(import.meta.url)}`, import.meta.url));

/**
 * Without what misleads llama.cpp: with another llama.cpp on the library path (as its users have it)
 * the child dies at its start.
 */
function cleanEnvironment(env: ModelSettings['env']): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(?:LD_LIBRARY_PATH|LD_PRELOAD|GGML_.*|LLAMA_ARG_.*)$/.test(name),
  );
  return Object.fromEntries(kept);
}

/** llama.cpp's own words for a full disk are `iostream error`, so the disk itself is asked. */
async function failure(
  job: QuantizeJob,
  ending: Ending | undefined,
  death: string,
): Promise<Error> {
  const { bavail, bsize } = await statfs(dirname(job.output));
  if (bavail * bsize < FULL_BYTES) {
    return diskFullError(job.output);
  }
  const what = `${job.input} cannot be quantized to ${job.quantization}`;
  if (ending?.kind !== 'failed') {
    return environmentError(
      `${what}: llama.cpp's process died (${death}); make sure that there is enough memory, and try again`,
    );
  }
  return usageError(
    `${what}: llama.cpp says: ${ending.lines.join('; ')}; choose another quantization or file`,
  );
}

function tellOf(
  { fallbacks, unweighed }: Extract<Ending, { kind: 'done' }>,
  { quantization, imatrix = '' }: QuantizeJob,
  { progress }: ModelSettings,
): void {
  if (fallbacks > 0) {
    const text = `${quantization}: ${fallbacks} tensors have a shape that the type does not fit; llama.cpp gave them a wider one`;
    progress({ kind: 'note', text });
  }
  if (unweighed > 0) {
    const text = `${quantization}: ${basename(imatrix)} says nothing of ${unweighed} tensors, which were made without it; check that it was computed for this model`;
    progress({ kind: 'warning', text });
  }
}
