import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { environmentError, usageError } from '../../records/error.ts';
import type { FolderCare } from '../engine.ts';
import { workerEnvironment, workerFile } from './start.ts';

const answerSchema = z.object({
  problem: z.string().optional(),
  /** The problem is the machine's, not the weights'. */
  isMachine: z.boolean().default(false),
  tool: z.string().optional(),
  keepsState: z.boolean().default(false),
});

/** What torch's engine does about folders of weights before it loads one. */
export function folderCare({
  python,
  env,
  trustRemoteCode,
}: {
  /** The interpreter's path. */
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  readonly trustRemoteCode: boolean;
}): FolderCare {
  const ask = (script: string, words: readonly string[], signal: AbortSignal) =>
    askScript({ python, script, words, env, signal });
  const describe = (folder: string, signal: AbortSignal) =>
    ask('describe.py', trustRemoteCode ? [folder, '--trust-remote-code'] : [folder], signal);
  return {
    check: async (folder, signal) => {
      const { problem } = await describe(folder, signal);
      if (problem !== undefined) {
        throw usageError(`${folder}: ${problem}`);
      }
    },
    keepsState: async (folder, signal) => (await describe(folder, signal)).keepsState,
    unpack: async (gguf, folder, signal) => {
      const answer = await ask('unpack.py', [gguf, folder], signal);
      const { problem, isMachine, tool = 'transformers' } = answer;
      if (problem !== undefined) {
        const fail = isMachine ? environmentError : usageError;
        throw fail(`${gguf}: transformers cannot unpack it: ${problem}`);
      }
      return tool;
    },
  };
}

async function askScript(asked: {
  readonly python: string;
  readonly script: string;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}): Promise<z.infer<typeof answerSchema>> {
  const { python, script, words, env, signal } = asked;
  const path = fileURLToPath(workerFile(script));
  const result = await execa(python, ['-I', '-B', path, ...words], {
    env: workerEnvironment(env),
    extendEnv: false,
    cwd: dirname(path),
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const answer = result.failed ? undefined : readAnswer(result.stdout);
  if (answer === undefined) {
    const [why] = (result.stderr || (result.shortMessage ?? '')).trim().split('\n').slice(-1);
    const how = result.signal === undefined ? why : `it was killed by ${result.signal}`;
    throw environmentError(`${python} failed at ${script} of ${words[0]}: ${how}`, result);
  }
  return answer;
}

function readAnswer(text: string): z.infer<typeof answerSchema> | undefined {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // its log says more
  }
}
