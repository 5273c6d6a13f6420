import { readdirSync, readFileSync } from 'node:fs';

/** All that a process has started, and what that has, from /proc. */
export function descendantsOf(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  );
  const found: number[] = [];
  for (let generation = [root]; generation.length > 0; ) {
    generation = [...parents].flatMap(([id, parent]) =>
      parent !== undefined && generation.includes(parent) ? [id] : [],
    );
    found.push(...generation);
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

function parentOf(id: number): number | undefined {
  try {
    const parent = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[1];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
