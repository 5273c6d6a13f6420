import { userInfo } from 'node:os';

/**
 * First of the user ids that samples take where we are root. systemd's table of ids leaves 60578 to
 * 61183 to nobody.
 */
const FIRST_USER = 60_578;
const LAST_USER = 61_183;

/** The users that the two processes of a sample become. */
export interface SampleUser {
  readonly candidate: number;
  readonly checker: number;
}

/** The users of a worker; `undefined` where we are not root and cannot become anybody else. */
export function usersOfWorker(worker: number): SampleUser | undefined {
  if (!isRoot()) {
    return undefined;
  }
  const candidate = FIRST_USER + ((2 * worker) % (LAST_USER - FIRST_USER));
  return { candidate, checker: candidate + 1 };
}

function isRoot(): boolean {
  try {
    return userInfo().uid === 0;
  } catch {
    // A user without a name, as containers have them. Should it be root: a probe asks for that.
    return false;
  }
}
