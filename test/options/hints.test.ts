import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { globalOptions } from '../../src/app/common-options.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { flagName } from '../../src/options/option.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

const ALL = await Promise.all(
  COMMANDS.flatMap((one) => ('commands' in one ? one.commands : [one])).map(
    async ({ name, options }) => {
      const flags = [...(await options()), ...Object.values(globalOptions)].map((option) =>
        flagName(option.name),
      );
      const always = ['--help', '--version'];
      return [
        name,
        [...flags, ...flags.map((flag) => flag.replace('--', '--no-')), ...always],
      ] as const;
    },
  ),
);
const FLAGS: ReadonlyMap<string, readonly string[]> = new Map(ALL);

/** Folders whose texts are those of some commands alone. */
const SPOKEN_BY: readonly (readonly [folder: string, commands: readonly string[]])[] = [
  ['app/bench/', ['bench']],
  ['app/compare/', ['compare']],
  ['app/doctor/', ['doctor']],
  ['app/gate/', ['gate', 'baseline write', 'humaneval', 'compare', 'report', 'show']],
  ['app/humaneval/', ['humaneval']],
  ['app/judge/', ['judge']],
  ['app/perplexity/', ['perplexity']],
  ['app/preset/', ['preset']],
  ['app/report/', ['report']],
  ['app/show/', ['show']],
  ['compare/', ['compare', 'gate', 'humaneval']],
  ['gate/', ['gate', 'humaneval', 'baseline write']],
  ['limits/', ['gate', 'humaneval', 'compare', 'baseline write']],
  ['measures/bench/', ['bench']],
  ['measures/latency/', ['humaneval']],
  ['measures/pass-rate/', ['humaneval']],
  ['measures/perplexity/', ['humaneval', 'perplexity']],
  ['modes/', ['humaneval']],
  ['report/bench/', ['bench', 'compare']],
  ['report/humaneval/', ['humaneval']],
  ['report/judge/', ['judge']],
  ['report/perplexity/', ['perplexity', 'humaneval']],
  ['sandbox/rules/', ['gate']],
  ['sandbox/', ['humaneval', 'judge', 'doctor']],
];

/** Flags of other programs. */
const OF_OTHERS = new Set([
  '--no-input',
  '--retries',
  '--disable-pip-version-check',
  '--outtype',
  '--outfile',
  '--no-node-snapshot',
  '--expose-gc',
  '--merge',
]);

/** Files that start another program, make flags, or name colours of a style sheet. */
const STARTED = new Set([
  'environments/install.ts',
  'environments/machine.ts',
  'environments/pip.ts',
  'options/words.ts',
  'report/formats/html/specs.ts',
  'options/cli-page.ts',
  'models/sources/packages/pip.ts',
  'sandbox/common/bubblewrap.ts',
  'sandbox/javascript/sample-process.ts',
  'sandbox/javascript/walls.ts',
  'sandbox/python/worker.ts',
  'sandbox/python/interpreter.ts',
]);

/** The texts of a source file: its comments left out. */
function textsOf(path: string): string {
  return readFileSync(join(SOURCE, path), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
}

/** Flags that stand there whole: not `--no-` before a name. */
function flagsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w$-])--(?![a-z0-9-]*(?:\$\{|-\/))[a-z][a-z0-9-]*[a-z0-9]/g)]
    .map(([flag]) => flag)
    .filter((flag) => !OF_OTHERS.has(flag));
}

const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !STARTED.has(path));

test('every flag that a text names is an option of a command', () => {
  const all = new Set(ALL.flatMap(([, flags]) => flags));
  expect(
    FILES.flatMap((path) =>
      flagsIn(textsOf(path))
        .filter((flag) => !all.has(flag))
        .map((flag) => `${path}: ${flag}`),
    ),
  ).toEqual([]);
});

test('no text advises a flag that the commands it is told by lack', () => {
  expect(
    FILES.flatMap((path) => {
      const commands = SPOKEN_BY.find(([folder]) => path.startsWith(folder))?.[1];
      // What is said of another command by name is held against that one below.
      const text = textsOf(path).replaceAll(/evalkit (?:[a-z]+ ?)+[^`'\n]*/g, '');
      const known = new Set(
        (commands ?? [...FLAGS.keys()]).flatMap((name) => FLAGS.get(name) ?? []),
      );
      return flagsIn(text)
        .filter((flag) => !known.has(flag))
        .map((flag) => `${path}: ${flag}`);
    }),
  ).toEqual([]);
});

test('a command that a text names has the flags it is named with', () => {
  expect(
    FILES.flatMap((path) =>
      [
        ...textsOf(path).matchAll(
          /evalkit ((?:baseline write|models pull|models list|[a-z]+))( [^`'\n;,]*)/g,
        ),
      ].flatMap(([, name = '', rest = '']) => {
        const flags = FLAGS.get(name);
        return flags === undefined
          ? []
          : flagsIn(rest)
              .filter((flag) => !flags.includes(flag))
              .map((flag) => `${path}: evalkit ${name} ${flag}`);
      }),
    ),
  ).toEqual([]);
});
