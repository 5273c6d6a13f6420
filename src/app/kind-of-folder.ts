import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunKind } from '../store/kinds.ts';
import { findHeader } from '../store/read-folder.ts';
import { splitRunName } from './cell-name.ts';

/** What kind of run lies in what `RUN` or `RUN#cell` names; `undefined` for a baseline file. */
export function kindOfFolder(text: string, cwd: string): RunKind | undefined {
  const path = resolve(cwd, splitRunName(text, cwd).run);
  return existsSync(path) && statSync(path).isDirectory() ? findHeader(path).kind : undefined;
}
