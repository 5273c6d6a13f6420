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
};

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

test.each(PAGES)('every link of $path leads somewhere', ({ path, text }) => {
  const broken = [...text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !isThere(path, target));
  expect(broken).toEqual([]);
});

test.each(PAGES)('every file of the repository that $path names is there', ({ text }) => {
  const named = [
    ...text.matchAll(/`((?:src|test|bench|docs|bin|presets|examples|data)\/[^`\s*<]*)/g),
  ];
  const missing = named
    .map(([, name = '']) => name)
    .filter((name) => !existsSync(join(ROOT, name)));
  expect(missing).toEqual([]);
});

test.each(PAGES)('every flag of a command in $path is one of that command', ({ text }) => {
  const wrong = commandsIn(text).flatMap((line) => {
    const flags = FLAGS.get(commandOf(line)) ?? new Set();
    return flagsIn(line)
      .filter((flag) => !flags.has(flag))
      .map((flag) => `${flag} in: ${line}`);
  });
  expect(wrong).toEqual([]);
});

test.each(PAGES)('every flag that $path speaks of is one of some command', ({ text }) => {
  const spoken = [...text.matchAll(/`(--[a-z][a-z-]*)[^`]*`/g)].map(([, flag = '']) => flag);
  expect(spoken.filter((flag) => !ALL_FLAGS.has(flag))).toEqual([]);
});

test('the checks above have something to check', () => {
  const all = PAGES.map(({ text }) => text).join('\n');
  expect(PAGES.length).toBeGreaterThan(15);
  expect(commandsIn(all).length).toBeGreaterThan(30);
});

/** The lines that call evalkit, each with what a backslash continues. */
function commandsIn(text: string): string[] {
  return [...text.replace(/\\\n/g, ' ').matchAll(/(?:^|[`&|] ?|npx )evalkit [a-z][^`\n#]*/gm)]
    .map(([line]) => line)
    .filter((line) => commandOf(line) !== '');
}

/** The words of the command that a line calls; empty where it calls none. */
function commandOf(line: string): string {
  const [, words = ''] = line.split('evalkit ');
  const names = [...FLAGS.keys()].filter((name) => `${words.trim()} `.startsWith(`${name} `));
  return names.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

function flagsIn(line: string): string[] {
  return [...line.matchAll(/(?<=\s)--[a-z][a-z-]*/g)].map(([flag]) => flag);
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
