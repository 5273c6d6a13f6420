import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Fingerprint } from '../records/fingerprint.ts';
import type { RunHeader } from '../records/run-header.ts';
import type { Host } from './host.ts';

/** What machine and software this is. */
export function takeFingerprint(versions: {
  readonly node: string;
  /** What runs the samples, where any are run. */
  readonly runtime?: string;
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
  runtime?: string,
): Pick<RunHeader, 'evalkit' | 'fingerprint' | 'startedAt'> {
  return {
    evalkit: evalkitVersion,
    fingerprint: takeFingerprint({
      node: nodeVersion,
      ...(runtime === undefined ? {} : { runtime }),
    }),
    startedAt: new Date().toISOString(),
  };
}

/** Names what differs between two machines, as `cpu (A then, B now)`; empty if nothing does. */
export function fingerprintDifferences(then: Fingerprint, now: Fingerprint): string[] {
  const present = new Map<string, string | number | undefined>(Object.entries(now));
  return Object.entries(then)
    .filter(([name, value]) => present.get(name) !== value)
    .map(
      ([name, value]) =>
        `${name} (${value ?? 'unknown'} then, ${present.get(name) ?? 'unknown'} now)`,
    );
}
