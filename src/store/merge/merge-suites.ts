import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuitesHeader } from '../../records/suites.ts';
import { HEADER_FILE } from '../read-folder.ts';
import type { Part } from './headers.ts';
import type { Source } from './line-pool.ts';
import type { PreparedMerge } from './merge-run.ts';

/** The runs of one suite in folders of several. */
export interface SuiteSources {
  readonly suite: string;
  /** Within the folder of several. */
  readonly folder: string;
  readonly sources: readonly Source[];
}

/** The suites of folders of several, each with its runs. */
export function sourcesBySuite(
  parts: readonly [Part<SuitesHeader>, ...Part<SuitesHeader>[]],
): SuiteSources[] {
  return parts[0].header.plan.suites.map(({ name, folder }) => ({
    suite: name,
    folder,
    sources: parts.map((part) => ({
      name: join(part.name, folder),
      folder: join(part.folder, folder),
    })),
  }));
}

/** Writes the folder of several suites, and each suite's merged run in it. */
export function writeSuites(
  parts: readonly [Part<SuitesHeader>, ...Part<SuitesHeader>[]],
  merges: readonly (Pick<PreparedMerge, 'write'> & { readonly folder: string })[],
): PreparedMerge['write'] {
  const [{ header }] = parts;
  const startedAt = parts.map((part) => part.header.startedAt).toSorted()[0] ?? header.startedAt;
  return (folder) => {
    const text = JSON.stringify({ ...header, startedAt }, null, 2);
    writeFileSync(join(folder, HEADER_FILE), `${text}\n`);
    for (const { folder: own, write } of merges) {
      mkdirSync(join(folder, own));
      write(join(folder, own));
    }
  };
}
