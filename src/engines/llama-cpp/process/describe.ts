import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { environmentError } from '../../../records/error.ts';
import { describeMessageSchema, type LlamaCppDescription } from './description.ts';
import { engineEnvironment } from './environment.ts';

/** Loading takes a second, and GPU drivers take theirs. */
const TIMEOUT_MS = 60_000;

/** The same file as source in a checkout and as JavaScript in a package. */
const ENTRY = fileURLToPath(
  new URL(`describe-child${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/**
 * Loads llama.cpp in a process of its own and says what it found. Throws an environment error where
 * it cannot be loaded on this machine.
 */
export async function describeLlamaCpp(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<LlamaCppDescription> {
  const child = execaNode(ENTRY, [], {
    env: engineEnvironment(env, true),
    extendEnv: false,
    cwd: dirname(ENTRY),
    nodeOptions: [],
    stdin: 'ignore',
    ipc: true,
    reject: false,
    timeout: TIMEOUT_MS,
    cancelSignal: signal,
  });
  // A child that dies has no message: how it ended says why.
  const answer = await child.getOneMessage().catch(() => undefined);
  const result = await child;
  signal.throwIfAborted();
  const message = describeMessageSchema.safeParse(answer);
  if (message.success && message.data.kind === 'described') {
    return message.data.description;
  }
  const reason =
    message.data?.kind === 'failed'
      ? message.data.message
      : `its process ended with ${result.signal ?? `exit code ${result.exitCode}`} (${result.stderr.trim().split('\n').at(-1)})`;
  throw environmentError(
    `llama.cpp cannot be loaded: ${reason}; install evalkit again with its optional dependencies`,
  );
}
