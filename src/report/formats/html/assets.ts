import { readFileSync } from 'node:fs';

/** Modules of the page's script, each after those that it imports. */
const MODULES = ['elements', 'axes', 'tasks', 'controls', 'rows', 'side', 'view', 'main'];

/** The page's styles. */
export function pageStyle(): string {
  return ours('page.css');
}

/** The page's script: its modules one after the other, since a file has nothing to import them from. */
export function pageScript(): string {
  return MODULES.map((name) =>
    ours(`${name}.js`)
      .replace(/^import .*;\n/gm, '')
      .replace(/^export /gm, ''),
  ).join('\n');
}

/** A file of the page: the package has them beside its sources, as they stand. */
function ours(name: string): string {
  const path = `../../../../src/report/formats/html/page/${name}`;
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
