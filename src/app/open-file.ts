import { platform } from 'node:os';
import { execa } from 'execa';
import { environmentError } from '../records/error.ts';
import { reasonOf } from '../records/system-error.ts';

/** What opens a file with the program that the user has chosen for it. */
const OPENERS: Readonly<Record<string, readonly [command: string, ...words: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens a file in the user's browser. Throws an environment error where there is no way to. */
export async function openFile(
  path: string,
  { env }: { readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const [command, ...words] = OPENERS[platform()] ?? ['xdg-open'];
  try {
    await execa(command, [...words, path], { env, extendEnv: false, stdio: 'ignore' });
  } catch (error) {
    throw environmentError(
      `cannot open ${path} with ${command}: ${reasonOf(error)}; open the file yourself`,
      error,
    );
  }
}
