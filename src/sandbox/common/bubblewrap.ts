import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Why there is no bubblewrap, where `findBubblewrap` finds none. */
export const NO_BUBBLEWRAP = 'bwrap is not on the path (Debian and Ubuntu: apt install bubblewrap)';

/** The program `bwrap` on the path, if there is one. Whether it works is for the probes to say. */
export async function findBubblewrap(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const program = join(folder, 'bwrap');
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // Missing; the next folder may have it.
    }
  }
  return undefined;
}
