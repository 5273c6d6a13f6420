import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** From src/sandbox/python in a checkout and from dist/sandbox/python in a package alike. */
const FOLDER = new URL('../../../src/sandbox/python/processes/', import.meta.url);

/** The path of one of the sandbox's Python files. */
export function pythonFile(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

/** The text of one of the sandbox's Python files. */
export function pythonSource(name: string): Promise<string> {
  return readFile(new URL(name, FOLDER), 'utf8');
}
