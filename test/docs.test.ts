import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { globalOptions } from '../src/app/common-options.ts';
import { COMMANDS } from '../src/commands/index.ts';
import { flagName } from '../src/options/option.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Folders whose pages are held to the repository, beside the pages at its root. */
const FOLDERS = ['docs', 'data', 'results'];

/** Flags that pages name and that are not evalkit's. */
const OF_OTHER_PROGRAMS: Readonly<Record<string, string>> = {
  '--min-time-limit': 'EvalPlus',
  '--loglevel': 'npm',
  '--max-logprobs': 'vLLM',
  '--save': 'npm',
  '--require-hashes': 'pip',
};

/** A path from the root, and the path of a source file from the root or from src/; names in <> stand for any. */
const IN_REPOSITORY = /`((?:src|test|bench|docs|bin|presets|examples)\/[^`\s*<]*)`/g;
const SOURCE = /[`(]([a-z][\w./-]*\/[\w.-]+\.ts)\b/g;

const PAGES = [
  ...readdirSync(ROOT),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  ),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** The flags of each command, by its words. */
const FLAGS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  await Promise.all(
    COMMANDS.flatMap((one) => ('commands' in one ? one.commands : [one])).map(
      async ({ name, options }) => [name, flagsOf(await options())] as const,
    ),
  ),
);
const ALL_FLAGS = new Set([
  ...[...FLAGS.values()].flatMap((flags) => [...flags]),
  ...Object.keys(OF_OTHER_PROGRAMS),
]);

function flagsOf(options: readonly { readonly name: string }[]): Set<string> {
  const flags = [...options, ...Object.values(globalOptions)].map(({ name }) => flagName(name));
  const always = ['--help', '--version'];
  return new Set([...flags, ...flags.map((flag) => flag.replace('--', '--no-')), ...always]);
}

test('every link leads to a file, and to a heading of it where it names one', () => {
  expect(
    onEachPage(({ path, text }) =>
      matches(text, /\]\((?!\w+:)([^)\s]+)\)/g).filter((target) => !isThere(path, target)),
    ),
  ).toEqual([]);
});

test('every file that a page names is there', () => {
  const places = ['.', 'src'];
  expect(
    onEachPage(({ text }) =>
      [...matches(text, IN_REPOSITORY), ...matches(text, SOURCE)].filter((name) =>
        places.every((place) => !existsSync(join(ROOT, place, name))),
      ),
    ),
  ).toEqual([]);
});

test('every flag of a command is one of that command', () => {
  expect(
    onEachPage(({ text }) =>
      commandsIn(text).flatMap((line) => {
        const flags = FLAGS.get(commandOf(line)) ?? new Set();
        return matches(line, /(?<=\s)(--[a-z][a-z-]*)/g).filter((flag) => !flags.has(flag));
      }),
    ),
  ).toEqual([]);
});

test('every flag that a page speaks of is one of some command', () => {
  expect(
    onEachPage(({ text }) =>
      matches(text, /`(--[a-z][a-z-]*)[^`]*`/g).filter((flag) => !ALL_FLAGS.has(flag)),
    ),
  ).toEqual([]);
});

test('there is something to check', () => {
  const all = PAGES.map(({ text }) => text).join('\n');
  expect(PAGES.length).toBeGreaterThan(15);
  expect(commandsIn(all).length).toBeGreaterThan(30);
});

/** What is wrong with each page, after the page's path. */
function onEachPage(check: (page: (typeof PAGES)[number]) => string[]): string[] {
  return PAGES.flatMap((page) => check(page).map((problem) => `${page.path}: ${problem}`));
}

/** What the expression's first group finds. */
function matches(text: string, expression: RegExp): string[] {
  return [...text.matchAll(expression)].map(([, found = '']) => found);
}

/** The lines that call evalkit, each with what a backslash continues. */
function commandsIn(text: string): string[] {
  return [...text.replace(/\\\n/g, ' ').matchAll(/(?:^[ \t]*|[`&|] ?|npx )evalkit [a-z][^`\n#]*/gm)]
    .map(([line]) => line)
    .filter((line) => commandOf(line) !== '');
}

/** The words of the command that a line calls; empty where it calls none. */
function commandOf(line: string): string {
  const [, words = ''] = line.split('evalkit ');
  const names = [...FLAGS.keys()].filter((name) => `${words.trim()} `.startsWith(`${name} `));
  return names.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/** Whether a link of a page leads to a file, and to a heading of it where it names one. */
function isThere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = join(ROOT, path === '' ? page : join(dirname(page), path));
  return existsSync(file) && (anchor === undefined || anchorsIn(file).includes(anchor));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
