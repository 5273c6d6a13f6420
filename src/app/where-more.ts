import { relative } from 'node:path';

/** Where a run lies, and where its reader stands. */
export interface Place {
  readonly path: string;
  readonly cwd: string;
}

/** What stands below a run's answer: how the rest of the report is got at. */
export function whereMore(place: Place): string[] {
  return [`details: evalkit report ${runWord(place)} --details`];
}

/** A run's folder as somebody may type it. */
export function runWord({ path, cwd }: Place): string {
  return shellWord(relative(cwd, path) || '.');
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w./+@:=-]+$/.test(path) && !path.startsWith('-')
    ? path
    : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
