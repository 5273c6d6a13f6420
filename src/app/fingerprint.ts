import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Fingerprint, RunHeader } from '../records/run-header.ts';
import type { Host } from './host.ts';

/** What machine and software this is. */
export function takeFingerprint(versions: {
  readonly node: string;
  readonly python: string;
}): Fingerprint {
  return {
    platform: platform(),
    arch: arch(),
    kernel: release(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    ...versions,
  };
}

/** Where, with what software and since when a command works. */
export function sessionOf(
  { evalkitVersion, nodeVersion }: Host,
  python: string,
): Pick<RunHeader, 'evalkit' | 'fingerprint' | 'startedAt'> {
  return {
    evalkit: evalkitVersion,
    fingerprint: takeFingerprint({ node: nodeVersion, python }),
    startedAt: new Date().toISOString(),
  };
}

/** Names what differs between two machines, as `cpu (A there, B here)`; empty if nothing does. */
export function fingerprintDifferences(there: Fingerprint, here: Fingerprint): string[] {
  const present = new Map<string, string | number>(Object.entries(here));
  return Object.entries(there)
    .filter(([name, value]) => present.get(name) !== value)
    .map(([name, value]) => `${name} (${value} there, ${present.get(name) ?? 'unknown'} here)`);
}
