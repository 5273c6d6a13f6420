import type { SandboxLevel } from '../grader.ts';

/**
 * What can stand between a sample and the machine. `user`: another user than root, where we are
 * root; `bubblewrap`: namespaces of its own.
 */
export type Mechanism =
  | 'limits'
  | 'user'
  | 'no-new-privileges'
  | 'landlock'
  | 'seccomp'
  | 'bubblewrap';

/** The mechanisms that a level is made with. Whether they hold is for the probes to say. */
export const MECHANISMS: Readonly<Record<SandboxLevel, readonly Mechanism[]>> = {
  L1: ['limits'],
  L2: ['limits', 'user', 'no-new-privileges', 'landlock', 'seccomp'],
  L3: ['limits', 'user', 'no-new-privileges', 'landlock', 'seccomp', 'bubblewrap'],
};
