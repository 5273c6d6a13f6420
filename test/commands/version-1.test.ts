import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { inWordsOfToday, withoutPadding } from '../fixtures/words-of-version-1.ts';

const FIXTURES = new URL('../fixtures/runs-v1/', import.meta.url).pathname;

/** A command in a copy of one of the folders that version 1 wrote. */
function setUp(name: string) {
  const cwd = temporaryFolder();
  cpSync(join(FIXTURES, name), cwd, { recursive: true });
  const expected = (file: string): string =>
    inWordsOfToday(readFileSync(join(cwd, `expected-${file}`), 'utf8'));
  return { cwd, expected, run: (...words: string[]) => runCli(words, { cwd }) };
}

/** Weights were always a file, made by llama.cpp; a comparison says nothing else otherwise today. */
function withWeights(text: string): unknown {
  return JSON.parse(text, (key, value) => {
    if (key === 'provenance' && 'llamaCpp' in value) {
      const { llamaCpp, ...provenance } = value;
      return { ...provenance, tool: `llama.cpp ${llamaCpp}` };
    }
    if (typeof value !== 'object' || value === null || !('file' in value)) {
      return value;
    }
    const { file, ...rest } = value;
    return { ...rest, weights: { kind: 'file', ...file } };
  });
}

/** The engine under its name of today. */
function engineToday(text: string): string {
  return text
    .replace('node-llama-cpp 3.22.1+schedule.3', 'llama-cpp 3.22.1+schedule.3')
    .replace('(llama.cpp v0.5.0)', '(node-llama-cpp 3.22.1, llama.cpp v0.5.0)');
}

/** What version 1 said of a run, in today's form: nothing else of a report may differ. */
function inTodaysForm(text: string) {
  const report = JSON.parse(JSON.stringify(withWeights(text)));
  const { python, llamaCpp, engine, ...versions } = report.versions;
  const { packages: _, ...sandbox } = report.sandbox;
  const { python: _python, ...machine } = report.machine;
  return {
    ...report,
    dataset: { suite: { name: 'humaneval', version: '1.0' }, ...report.dataset },
    versions: {
      ...versions,
      runtime: `Python ${python}`,
      engine: llamaCpp === 'none' ? engine : engineToday(`${engine} (llama.cpp ${llamaCpp})`),
    },
    sandbox: { ...sandbox, allowed: 'standard library only' },
    machine: { ...machine, runtime: `Python ${python}` },
    cells: report.cells.map((cell: { settings: Record<string, unknown> }) => {
      const { parallel, ...settings } = cell.settings;
      return {
        ...cell,
        parallel,
        settings,
        settingsText: 'caches f16 and f16',
        isRounded: false,
      };
    }),
  };
}

function sayingPart(report: ReturnType<typeof inTodaysForm>) {
  const cells = report.cells.map(({ id }: { id: string }) => `${id} (3 of 24)`).join(', ');
  const warning = `tokens, wall time and tokens/s are those of a part of the completions, since a session left no record of itself: ${cells}`;
  return {
    ...report,
    cells: report.cells.map((cell: { generation: object }) => ({
      ...cell,
      generation: { ...cell.generation, covers: { completions: 3, of: 24 } },
    })),
    warnings: [warning, ...report.warnings],
  };
}

/** Version 1 gave a warning to each cell; today it stands once, with the cells that it concerns. */
function folded(warnings: readonly string[], one: RegExp, together: string): string[] {
  const found = warnings.flatMap((line) => one.exec(line) ?? []).length > 0;
  const cells = warnings.flatMap((line) => {
    const [, cell, amount] = one.exec(line) ?? [];
    return cell === undefined ? [] : [`${cell} (${amount})`];
  });
  const rest = warnings.filter((line) => !one.test(line));
  return found && cells.length > 1 ? [`${together}: ${cells.join(', ')}`, ...rest] : [...warnings];
}

function foldedTruncation<R extends { warnings: readonly string[] }>(report: R): R {
  const what = 'completions were truncated at --max-tokens 16; raise it unless they loop';
  const one = /^(\S+): (\d+ of \d+) completions were truncated/;
  return { ...report, warnings: folded(report.warnings, one, what) };
}

function foldedSpread(text: string): string {
  const lines = text.split('\n');
  const one = /^warning: (.*): the minibatches differ by (\d+ %) of their mean/;
  const what =
    'warning: the minibatches differ much; the machine was busy, repeat on a quiet one with --fresh; standard deviation over mean';
  const at = lines.findIndex((line) => one.test(line));
  return at === -1
    ? text
    : [...lines.slice(0, at), ...folded(lines.slice(at), one, what)].join('\n');
}

/** A decision's cells did not list their flips; comparisons did. */
function withoutFlips(report: { cells?: object[] }) {
  return report.cells === undefined
    ? report
    : {
        ...report,
        cells: report.cells.map((cell) =>
          Object.fromEntries(Object.entries(cell).filter(([name]) => name !== 'flips')),
        ),
      };
}

/** Version 1 held no cell against the reference, neither its verdicts nor its completions. */
function withoutPairs(report: { cells: { paired?: unknown }[] }) {
  return {
    ...report,
    cells: report.cells.map((cell) =>
      Object.fromEntries(
        Object.entries(cell).filter(([name]) => name !== 'paired' && name !== 'overlap'),
      ),
    ),
  };
}

test.each(['humaneval', 'humaneval-incomplete', 'baseline'])(
  'the report of %s says what it said',
  async (name) => {
    const { expected, run } = setUp(name);
    const { exitCode, stdout } = await run('report', 'run', '--format', 'json');
    expect(exitCode).toBe(0);
    const then = foldedTruncation(inTodaysForm(expected('report.json')));
    // Its sessions.jsonl tells of 3 of each cell's 24 completions, which version 1 left unsaid.
    expect(withoutPairs(JSON.parse(stdout))).toEqual(name === 'baseline' ? sayingPart(then) : then);
  },
);

test('as CSV it has the same rows, and as JUnit the same bytes', async () => {
  const { expected, run } = setUp('humaneval');
  const { stdout } = await run('report', 'run', '--format', 'csv');
  // Of a pass@k, version 1 gave k and tasks rows of their own; the tasks are its n.
  const then = expected('report.csv')
    .split('\n')
    .filter((line) => !/,passAtK\.\d+\.(?:k|tasks),/.test(line))
    .map((line) => line.replace(/(,passAtK\.1\.estimate,[^,]*,[^,]*,[^,]*),,/, '$1,4,'));
  const today = stdout.split('\n').filter((line) => !/,(?:paired|overlap)\./.test(line));
  expect(today.toSorted()).toEqual(then.toSorted());
  expect((await run('report', 'run', '--format', 'junit')).stdout).toBe(expected('report.xml'));
});

/** The lines of a report that state a fact. */
function facts(text: string): string[] {
  return withoutPadding(text)
    .split('\n')
    .filter((line) => line.startsWith('- '));
}

test('in words every fact of then is said today, with the suite and the name of the engine', async () => {
  const { expected, run } = setUp('humaneval');
  const { stdout } = await run('report', 'run', '--format', 'md');
  const today = stdout.replace('data set: HumanEval, suite humaneval 1.0,', 'data set: HumanEval,');
  expect(facts(today)).toEqual(expect.arrayContaining(facts(engineToday(expected('report.md')))));
});

/** Version 1 did not say where scores were made. */
function withoutPlace(text: string): string {
  expect(text).toMatch(/\n\nwhere it ran\n {2}machine: /);
  return text.replace(/\n\nwhere it ran(?:\n {2}.+)+/, '');
}

test('grids and scores report what their commands printed', async () => {
  const bench = setUp('bench');
  expect((await bench.run('report', 'grid')).stdout).toBe(
    foldedSpread(engineToday(bench.expected('bench.txt'))),
  );
  const was = JSON.parse(bench.expected('bench.json'));
  const is = JSON.parse((await bench.run('report', 'grid', '--json')).stdout);
  expect(is.cells.map((cell: { seconds: unknown }) => cell.seconds)).toEqual(
    was.cells.map((cell: { seconds: unknown }) => cell.seconds),
  );
  expect(is.speedups).toEqual(
    was.flashSpeedups.map(({ flash, plain, speedup }: Record<string, unknown>) => ({
      cell: flash,
      over: plain,
      what: 'flash attention over plain',
      speedup,
    })),
  );
  const perplexity = setUp('perplexity');
  const { stdout: scores } = await perplexity.run('report', 'ppl', '--json');
  expect({ cells: JSON.parse(scores).cells }).toEqual(
    withWeights(perplexity.expected('perplexity.json')),
  );
  expect(withoutPadding(withoutPlace((await perplexity.run('report', 'ppl')).stdout))).toBe(
    withoutPadding(perplexity.expected('perplexity.txt')),
  );
});

test.each([
  ['humaneval', 'compare.json', 'compare run'],
  ['humaneval', 'compare-pp90.json', 'compare run --max-drop 90pp'],
  ['baseline', 'compare.json', 'compare run --max-drop 20pp'],
  ['baseline', 'compare-baseline.json', 'compare baseline.json bad'],
  ['baseline', 'gate-own.json', 'gate run --max-drop 20pp'],
  ['baseline', 'gate-pass.json', 'gate run#tiny:q8_0/greedy --baseline baseline.json'],
  ['baseline', 'gate-fail.json', 'gate bad --baseline baseline.json'],
  [
    'baseline',
    'gate-inconclusive.json',
    'gate run#tiny:q8_0/greedy --baseline baseline.json --max-drop 5pp',
  ],
  [
    'baseline',
    'gate-tpot.json',
    'gate run#tiny:q8_0/greedy --baseline baseline.json --max-tpot-ratio 0.9',
  ],
])('%s: %s is decided as it was', async (name, file, words) => {
  const { cwd, expected, run } = setUp(name);
  const { exitCode, stdout } = await run(...words.split(' '), '--json');
  expect(withoutFlips(JSON.parse(stdout))).toEqual(withWeights(expected(file)));
  const rc = `expected-${file.replace('.json', '.rc')}`;
  expect(exitCode).toBe(
    readdirSync(cwd).includes(rc) ? Number(readFileSync(join(cwd, rc), 'utf8')) : 0,
  );
});

test('a gate on a part of the tasks, which version 1 refused, is a trial', async () => {
  const { run } = setUp('humaneval');
  const words = 'gate run --allow-lossy-reference --max-drop 90pp'.split(' ');
  const { exitCode, stdout } = await run(...words);
  expect(stdout).toContain('gate: trial on 4 of 164 tasks, inconclusive');
  expect(exitCode).toBe(4);
});

test.each([
  ['humaneval', 'baseline write run --out none.json', 'baseline-refused'],
  ['humaneval-incomplete', 'gate run', 'gate'],
  ['humaneval-incomplete', 'compare run', 'compare'],
])('%s: %s is refused as it was', async (name, words, file) => {
  const { expected, run } = setUp(name);
  const { exitCode, stderr } = await run(...words.split(' '));
  expect(stderr.trimEnd()).toBe(expected(`${file}.stderr.txt`).trimEnd());
  expect(exitCode).toBe(Number(expected(`${file}.rc`)));
});

test.each([
  [
    'bench',
    'grid',
    'bench --model tiny.gguf --out grid',
    'a grid of evalkit bench',
    'reported and compared',
  ],
  [
    'perplexity',
    'ppl',
    'perplexity --model tiny.gguf --ppl-data text.jsonl --out ppl',
    'scores of evalkit perplexity',
    'reported, compared and gated by --max-kl',
  ],
])('%s is not resumed, and the reason says what to do', async (...row) => {
  const [name, folder, words, what, uses] = row;
  const { cwd, run } = setUp(name);
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const before = readdirSync(join(cwd, folder));
  const { exitCode, stderr } = await run(...words.split(' '));
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    `${folder} holds ${what} by an earlier version, whose keys stand for other facts: it can be ${uses}, but not resumed; choose another --out, or --fresh to replace it`,
  );
  expect(readdirSync(join(cwd, folder))).toEqual(before);
});
