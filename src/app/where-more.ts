import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { withoutUserInfo } from '../records/user-info.ts';
import type { Host } from './host.ts';

/** Where a run lies, and where its reader stands. */
export interface Place {
  readonly path: string;
  readonly cwd: string;
}

/** The page beside a run's records. */
export const PAGE = 'report.html';

/** What stands below a run's answer: how the rest of the report is got at. */
export function whereMore(place: Place): string[] {
  const page = join(place.path, PAGE);
  return [
    `details: evalkit report ${runWord(place)} --details`,
    ...(existsSync(page) ? [`to look at: ${relative(place.cwd, page)}`] : []),
  ];
}

/** A run's folder as somebody may type it. */
export function runWord({ path, cwd }: Place): string {
  const word = relative(cwd, path) || '.';
  return word.startsWith('-') ? `./${shellWord(word)}` : shellWord(word);
}

/** A command line as somebody may type it again; passwords in addresses are no part of any record. */
function commandLine(words: readonly string[]): string {
  return ['evalkit', ...words].map((word) => shellWord(withoutUserInfo(word))).join(' ');
}

/** The command that was typed, for a header; nothing where a program began the run. */
export function typedCommand({ words }: Pick<Host, 'words'>): { readonly command?: string } {
  return words === undefined ? {} : { command: commandLine(words) };
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w./+@:=,#%-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
