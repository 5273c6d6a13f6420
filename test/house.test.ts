import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SUITES } from '../src/suites/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A name that stands in its own room alone. */
interface Wall {
  readonly what: string;
  readonly name: RegExp;
  /** Beginnings of the paths where it may stand, each with the reason. */
  readonly rooms: Readonly<Record<string, string>>;
}

const WORDS = 'words for people: the command has had its name since there was one suite';
const KIND = 'a kind of run is called as the command that makes it';
const PIP = 'packages that carry models and data are fetched by pip';
const ENVIRONMENT = 'an engine that computes in Python';
const CONVERTER = 'a converter that runs in Python';
const CACHE = 'the cache, whose files are ours alone';

const WALLS: readonly Wall[] = [
  {
    what: 'a suite',
    name: new RegExp(SUITES.flatMap(({ name, title }) => [`['"\`]${name}`, title]).join('|')),
    rooms: {
      'src/suites/': 'its own',
      'src/commands/': WORDS,
      'src/app/humaneval/': WORDS,
      'src/app/bench/options.ts': WORDS,
      'src/app/preset/': WORDS,
      'src/records/run-header.ts': KIND,
      'src/store/': KIND,
      'src/library/runs.ts': KIND,
    },
  },
  {
    what: 'a language',
    name: /\bpython|\bjavascript/i,
    rooms: {
      'src/sandbox/python/': 'its own',
      'src/sandbox/javascript/': 'its own',
      'src/sandbox/index.ts': 'the table',
      'src/suites/': 'a suite says what language it is in',
      'src/environments/': ENVIRONMENT,
      'src/engines/torch/': 'what its worker is written in',
      'src/app/engine/': ENVIRONMENT,
      'src/app/convert/': CONVERTER,
      'src/models/convert/': CONVERTER,
      'src/commands/engine.ts': ENVIRONMENT,
      'src/records/environment-list.ts': ENVIRONMENT,
      'src/report/environments.ts': ENVIRONMENT,
      'src/app/gate/rules.ts': "a gate's rules are written in it, whatever the samples are",
      'src/app/perplexity/options.ts': PIP,
      'src/models/sources/packages/': PIP,
      'src/store/upgrade.ts': 'what version 1 wrote',
      'src/models/settings.ts': PIP,
      'src/app/data.ts': PIP,
      'src/app/models/choose.ts': PIP,
      'src/measures/perplexity/options.ts': 'the name of a data set',
    },
  },
  {
    what: 'what writes a file',
    name: /\b(?:writeFile\w*|appendFile\w*|createWriteStream|rename(?:Sync)?\(|copyFile\w*|mkdir\w*|mkdtemp\w*)/,
    rooms: {
      'src/files/': 'its own: what a user names is written there, wherever it leads',
      'src/store/': "a run's records",
      'src/environments/': CACHE,
      'src/models/cache/': CACHE,
      'src/models/sources/hub/': CACHE,
      'src/app/report-output.ts': 'the step summary is appended to',
      'src/app/judge/input.ts': 'what a pipe gives once is kept in a temporary folder',
      'src/app/models/copy-model.ts': 'models are copied, not written',
      'src/sandbox/common/bait.ts': 'bait for the probes',
    },
  },
];

/** Folders that one file alone imports from, beside their own. */
const DOORS: Readonly<Record<string, string>> = {
  'sandbox/python': 'src/sandbox/index.ts',
  'sandbox/javascript': 'src/sandbox/index.ts',
  ...Object.fromEntries(
    readdirSync(join(ROOT, 'src/suites'), { withFileTypes: true })
      // What several suites share may be imported by each of them: the others have a suite.ts.
      .filter(({ name }) => existsSync(join(ROOT, 'src/suites', name, 'suite.ts')))
      .map(({ name }) => [`suites/${name}`, 'src/suites/index.ts']),
  ),
};

const FILES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: `src/${path}`, text: readFileSync(join(ROOT, 'src', path), 'utf8') }));

/** The code of a file, without comments and without the paths of its imports. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/(?<=^|\s)\/\/.*$/gm, '')
    .replace(/(?<=from )'[^']*'/g, '');
}

test.each(WALLS)('$what is named in its own room alone', ({ name, rooms }) => {
  const strangers = FILES.filter(
    ({ path, text }) =>
      name.test(codeOf(text)) && !Object.keys(rooms).some((room) => path.startsWith(room)),
  );
  expect(strangers.map(({ path }) => path)).toEqual([]);
});

test.each(WALLS)('every room where $what may be named still names it', ({ name, rooms }) => {
  const empty = Object.keys(rooms).filter(
    (room) => !FILES.some(({ path, text }) => path.startsWith(room) && name.test(codeOf(text))),
  );
  expect(empty).toEqual([]);
});

test.each(Object.entries(DOORS))('%s is imported through %s alone', (folder, door) => {
  const room = `src/${folder}/`;
  const strangers = FILES.filter(
    ({ path, text }) =>
      !path.startsWith(room) &&
      path !== door &&
      importsOf(path, text).some((imported) => imported.startsWith(room)),
  );
  expect(strangers.map(({ path }) => path)).toEqual([]);
});

/** The files that a file imports, as paths from the root. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/(?:from |import\()'(\.[^']*)'/g)].map(([, specifier = '']) =>
    join(dirname(path), specifier),
  );
}
