import type { EngineSessionRecord } from '../../records/completion.ts';
import type { RunHeader } from '../../records/run-header.ts';
import type { Incident } from '../../records/verdict.ts';
import { type AnyHeader, KINDS } from '../kinds.ts';
import { readRecords } from '../read-folder.ts';
import { digestOf } from './digest.ts';
import type { Part } from './headers.ts';

const { files } = KINDS.humaneval;

/** The engine sessions of a run's parts under new numbers. */
export interface MergedSessions {
  readonly sessions: readonly EngineSessionRecord[];
  /** The new number of a part's session. */
  readonly numberOf: (name: string, session: number) => number | undefined;
}

/**
 * Numbers the sessions of all parts anew, since each part counts from 0. Copies of one shard may both
 * have a session, one of them further on: it is told by when and what it loaded, and counts once.
 */
export function mergeSessions(parts: readonly Part<RunHeader>[]): MergedSessions {
  const sessions: EngineSessionRecord[] = [];
  const places = new Map<string, number>();
  const numbers = new Map<string, number>();
  for (const part of parts) {
    for (const record of readRecords(part.folder, files.sessions)) {
      const { shard } = part.header;
      const identity = digestOf([
        shard?.index ?? record.shard ?? null,
        record.session ?? null,
        record.cell,
        record.pass,
        record.loadMs,
      ]);
      const found = places.get(identity);
      const number = found ?? sessions.length;
      const other = sessions[number];
      if (other === undefined || other.completions < record.completions || other.isOpen === true) {
        sessions[number] = {
          ...record,
          session: number,
          ...(shard === undefined ? {} : { shard: shard.index }),
        };
      }
      places.set(identity, number);
      if (record.session !== undefined) {
        numbers.set(`${record.session} ${part.name}`, number);
      }
    }
  }
  return { sessions, numberOf: (name, session) => numbers.get(`${session} ${name}`) };
}

/** The incidents of all parts, those of copies once. */
export function mergeIncidents(parts: readonly Part<AnyHeader>[]): Incident[] {
  const all = parts.flatMap((part) =>
    readRecords(part.folder, files.incidents).map((record) => ({
      record,
      identity: digestOf([part.header.shard?.index ?? null, record]),
    })),
  );
  return [...new Map(all.map(({ identity, record }) => [identity, record])).values()];
}
