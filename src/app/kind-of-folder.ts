import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunKind } from '../store/kinds.ts';
import { findHeader } from '../store/read-folder.ts';

/** What kind of run lies in what the user named; `undefined` for a baseline file and a run's cell. */
export function kindOfFolder(text: string, cwd: string): RunKind | undefined {
  const path = resolve(cwd, text);
  return existsSync(path) && statSync(path).isDirectory() ? findHeader(path).kind : undefined;
}
