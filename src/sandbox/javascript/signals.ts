import { constants } from 'node:os';

/** The name of a signal, as `SIGSEGV`; `undefined`: it is no number of any. */
export function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
