import { findEnvironment, lookUpEnvironment } from '../../environments/find.ts';
import type { Host } from '../host.ts';

/** The Python that converts. Throws a usage error that says how to get it where it is missing. */
export async function convertPython(enginePython: string | undefined, host: Host): Promise<string> {
  return (await findEnvironment('convert', { ...host, enginePython })).python;
}

/** The Python that computes references; `undefined` where there is none. */
export async function torchPython(
  enginePython: string | undefined,
  host: Host,
): Promise<string | undefined> {
  const lookup = await lookUpEnvironment('torch', { ...host, enginePython });
  return lookup.kind === 'found' ? lookup.found.python : undefined;
}
