import { join, resolve } from 'node:path';
import type { AnyHeader, Kind } from '../store/kinds.ts';
import { refuseOtherFolder } from '../store/run-folder.ts';
import type { MaybeShard } from '../records/shard.ts';
import type { Host } from './host.ts';

/** What a folder's name is made from: whose run it is, and the hash of its plan. */
export interface FolderName extends MaybeShard {
  /** As `bench-`; absent for the runs of `evalkit humaneval`. */
  readonly prefix?: string;
  /** Bases of models, or a file; each is named once. */
  readonly of: readonly string[];
  readonly planHash: string;
}

/** Where a run lies unless the user says, relative to where they stand. */
export function defaultFolder({ prefix = '', of, planHash, shard }: FolderName): string {
  const part = shard === undefined ? '' : `-${shard.index}of${shard.of}`;
  return join(
    'results',
    `${prefix}${slug([...new Set(of)].join('+'))}-${planHash.slice(0, 8)}${part}`,
  );
}

/**
 * Throws a usage error for a folder that the user named and that holds something else than runs of the
 * kind: that is known before anything is fetched.
 */
export function checkFolder<H extends AnyHeader>(
  kind: Kind<H>,
  { out, fresh }: { readonly out?: string | undefined; readonly fresh: boolean },
  { cwd }: Pick<Host, 'cwd'>,
): void {
  if (out !== undefined && !fresh) {
    refuseOtherFolder(kind, resolve(cwd, out));
  }
}

/** A name that every file system takes. */
export function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-');
}
