import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestNames } from '../models/nearest-names.ts';
import { parseQuantization } from '../models/quantization.ts';
import { usageError } from '../records/error.ts';

/** What `RUN` or `RUN#cell` names. */
export interface RunName {
  /** The folder as it was typed. */
  readonly run: string;
  readonly cell: string | undefined;
}

/** Takes `RUN#cell` apart. A folder may have a # in its name. */
export function splitRunName(text: string, cwd: string): RunName {
  const mark = text.lastIndexOf('#');
  return mark === -1 || existsSync(resolve(cwd, text))
    ? { run: text, cell: undefined }
    : { run: text.slice(0, mark), cell: text.slice(mark + 1) };
}

/**
 * The one of a run's cells that a text names: its id, or a part of it that no other has, as `q4_k_m`,
 * `q4_k_m/greedy` or `tiny:q4_k_m`, whatever the case. Throws a usage error that lists the cells where
 * several have it, and the nearest where none has.
 */
export function findCell(run: string, ids: readonly string[], text: string): string {
  const [only, ...others] = findCells(run, ids, text);
  if (only === undefined || others.length > 0) {
    throw usageError(
      `${run} has several cells ${text}: ${[only, ...others].join(', ')}; name one of them`,
    );
  }
  return only;
}

/** All that a text names of a run's cells. Throws a usage error that names the nearest where it is none. */
export function findCells(run: string, ids: readonly string[], text: string): string[] {
  if (ids.includes(text)) {
    return [text];
  }
  const wanted = partsOf(text);
  const found = wanted.length === 0 ? [] : ids.filter((id) => hasParts(partsOf(id), wanted));
  if (found.length === 0) {
    const nearest = nearestNames(text, ids);
    // A part of an id names a cell too, and is what most texts were meant to be.
    const parts = ids.flatMap((id) => [id, ...id.split(/[:/]/)]);
    const all = `its cells are ${ids.join(', ')}`;
    throw usageError(
      text === ''
        ? `${run}# names no cell; ${ids.length <= SHOWN ? all : `name one, as ${ids[0]}`}`
        : `${run} has no cell ${text}; ${ids.length <= SHOWN ? `${all}; nearest: ${nearestNames(text, parts)[0]}` : `nearest: ${nearest.join(', ')}`}`,
    );
  }
  return found;
}

/** So many names are shown whole. */
const SHOWN = 4;

/** `Tiny:Q8/greedy` as `tiny`, `q8_0`, `greedy`. */
function partsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[:/]/)
    .filter((part) => part !== '')
    .map((part) => parseQuantization(part) ?? part);
}

/** Whether `wanted` stands among the parts, one behind the other. */
function hasParts(parts: readonly string[], wanted: readonly string[]): boolean {
  return parts.some((_, start) => wanted.every((part, offset) => parts[start + offset] === part));
}
