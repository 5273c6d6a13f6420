import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it. */
export interface Process {
  readonly id: number;
  readonly parent: number;
  /** In ticks since the machine's start: a number is given to another process later. */
  readonly startedAt: string;
  readonly words: string;
}

/** All that a process has started, and what that has. */
export function descendantsOf(root: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => lookAt(Number(name)) ?? []);
  const found: Process[] = [];
  for (let generation = [root]; generation.length > 0; ) {
    const children = all.filter(({ parent }) => generation.includes(parent));
    found.push(...children);
    generation = children.map(({ id }) => id);
  }
  return found;
}

/** Kills a process at once; one that has ended meanwhile is gone anyway. */
export function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended between two looks.
  }
}

/** Whether it is still there and is no zombie. */
export function isAlive({ id, startedAt }: Process): boolean {
  return lookAt(id)?.startedAt === startedAt;
}

function lookAt(id: number): Process | undefined {
  try {
    // The name in parentheses may hold blanks.
    const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [state, parent] = fields;
    const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return state === 'Z'
      ? undefined
      : { id, parent: Number(parent), startedAt: fields[19] ?? '', words };
  } catch {
    return undefined;
  }
}
