import { usageError } from '../../records/error.ts';
import type { EngineSessionRecord } from '../../records/completion.ts';
import type { RunHeader } from '../../records/run-header.ts';
import { KINDS } from '../kinds.ts';
import { readRecords } from '../read-folder.ts';
import type { Part } from './headers.ts';

const { files } = KINDS.humaneval;

/** What of a machine decides how long a token takes. */
const MACHINE = ['platform', 'arch', 'cpu', 'cores'] as const;

/** What of an engine's process does. */
const PROCESS = ['backend', 'threads', 'systemInfo'] as const;

/**
 * Throws a usage error for timings that were taken on different hardware: a median over both would be
 * that of no machine.
 */
export function refuseOtherHardware(parts: readonly Part<RunHeader>[]): void {
  const [first, ...others] = parts.flatMap((part) => {
    const facts = hardwareOf(part);
    return facts === undefined ? [] : [{ name: part.name, facts }];
  });
  for (const other of others) {
    for (const [what, value] of first?.facts ?? []) {
      const theirs = other.facts.get(what);
      if (theirs !== undefined && theirs !== value) {
        throw usageError(
          `${first?.name} and ${other.name} were timed on different hardware: ${what} is ${value} and ${theirs}; leave their timings out with --no-latency, or time all shards on one kind of machine`,
        );
      }
    }
  }
}

/** `undefined` where nothing was timed. */
function hardwareOf({ folder, header }: Part<RunHeader>): Map<string, string> | undefined {
  const timed = readRecords(folder, files.sessions).filter(({ pass }) => pass === 'latency');
  return timed.length === 0
    ? undefined
    : new Map([
        ...MACHINE.map((name) => [name, String(header.fingerprint[name])] as const),
        ...timed.flatMap(processFacts),
      ]);
}

function processFacts(session: EngineSessionRecord): (readonly [string, string])[] {
  return PROCESS.flatMap((name) => {
    const value = session[name];
    return value === undefined ? [] : [[`${name} of ${session.cell}`, String(value)] as const];
  });
}
