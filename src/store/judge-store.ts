import type { JudgedSample, JudgeHeader } from '../records/judge.ts';
import type { Incident } from '../records/verdict.ts';
import { readHeader, readRecords } from './read-folder.ts';

/** All verdicts on a file of samples, as they lie in their folder. */
export interface JudgeRecords {
  readonly header: JudgeHeader;
  /** In the file's order. */
  readonly verdicts: readonly JudgedSample[];
  readonly incidents: readonly Incident[];
}

/** Reads the verdicts on samples. Throws `EvalkitError` if the folder holds none. */
export function readJudge(folder: string): JudgeRecords {
  const { header, version } = readHeader(folder, 'judge');
  const of = { kind: 'judge', version } as const;
  const verdicts = readRecords(folder, of, 'verdicts');
  return {
    header,
    verdicts: verdicts.toSorted((one, other) => one.sample - other.sample),
    incidents: readRecords(folder, of, 'incidents'),
  };
}
