import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { PLAIN_VIEW, render } from '../../src/report/index.ts';
import { renditionOfSuites } from '../../src/report/suites/rendition.ts';
import { renditionOfSuiteRuns } from '../../src/report/suites/runs.ts';
import { runCli } from '../fixtures/cli.ts';
import { storeSuites } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { bigRun } from '../fixtures/big-run.ts';

/** Suites of so many tasks, each asked of three cells. */
function suites(...tasks: readonly number[]) {
  return renditionOfSuiteRuns(
    tasks.map((length, index) => {
      const { header, ...rest } = bigRun({ cells: 3, tasks: length });
      const suite = `suite-${index}`;
      const dataset = { ...header.plan.dataset, suite: { name: suite, version: '1' } };
      const records = { ...rest, header: { ...header, plan: { ...header.plan, dataset } } };
      return { suite, run: { records, report: summarize(records) } };
    }),
  );
}

test.each([
  [80, /^pass@1 % +n +f16 +q8_0 +q6_k\nsuite-0 +40 .*\n(suite-.*\n){3}suite-4 +80 /],
  [100, /^pass@1 % +suite-0 +suite-1 +suite-2 +suite-3 +suite-4\nn +40 +50 +60 +70 +80\n/],
])('in %i columns five suites are all shown, and no row is longer', async (columns, shown) => {
  const all = suites(40, 50, 60, 70, 80);
  const { text } = await render(all, 'terminal', { ...PLAIN_VIEW, columns });
  const table = text.split('\n\n').find((part) => part.startsWith('pass@1 %')) ?? '';
  expect(table).toMatch(shown);
  expect(Math.max(...table.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(
    columns,
  );
});

/** A suite's report that only warns. */
function warn(suite: string, ...warnings: readonly string[]) {
  return {
    suite,
    rendition: {
      data: () => ({}),
      document: () => ({ title: suite, table: [['suite']], sections: [], warnings }),
      table: 'no figures',
      suites: 'no verdicts',
      annotations: 'nothing to announce',
    },
  };
}

test('a warning of all suites is said once, one of some with their names', async () => {
  const parts = [
    warn('one', 'all', 'two'),
    warn('other', 'all', 'two'),
    warn('last', 'all', 'own'),
  ];
  const { text } = await render(renditionOfSuites({}, { title: 'suites', parts }), 'terminal');
  expect(text.split('\n').filter((line) => line.startsWith('warning: '))).toEqual([
    'warning: all',
    'warning: one, other: two',
    'warning: last: own',
  ]);
});

test('each suite has lines of its own in the answer', async () => {
  const { text } = await render(suites(40, 50), 'terminal');
  expect(text).toMatch(/^suite-0: q8_0 against f16: .* of 40 tasks/m);
  expect(text).toMatch(/^suite-1: q8_0 against f16: .* of 50 tasks/m);
});

test('a task is held against its own suite’s reference, in the cells’ own columns', () => {
  const matrix = suites(3, 5).matrix?.();
  expect(matrix?.cells).toEqual(['f16', 'q8_0', 'q6_k']);
  expect(matrix?.reference).toBe(0);
  expect(matrix?.tasks.map(({ id }) => id)).toEqual([
    ...[0, 1, 2].map((task) => `suite-0: Test/${task}`),
    ...[0, 1, 2, 3, 4].map((task) => `suite-1: Test/${task}`),
  ]);
  expect(matrix?.tasks.every(({ attempts }) => attempts.every((own) => own.length === 1))).toBe(
    true,
  );
});

test('the page of a gate on several suites shows the flips of each', async () => {
  const cwd = temporaryFolder();
  storeSuites(join(cwd, 'run'), { one: 40, two: 60 });
  const words = ['gate', 'run', '--format', 'html', '--output', 'page.html'];
  const { stderr } = await runCli(words, { cwd, env: {} });
  expect(stderr).toBe('');
  const page = readFileSync(join(cwd, 'page.html'), 'utf8');
  const [, data = ''] = /id="data">(.*)<\/script>/.exec(page) ?? [];
  const { cells, tasks } = JSON.parse(data);
  expect(cells).toEqual(['f16', 'q8_0', 'q6_k', 'q5_k_m']);
  const suitesShown = new Set(tasks.map(({ id }: { id: string }) => id.split(': ')[0]));
  expect([...suitesShown]).toEqual(['one', 'two']);
});

test('no cell is held against what another was asked: pass rates of two suites are two axes', () => {
  const [tradeOff] = (suites(40, 50).pictures?.() ?? []).filter(({ kind }) => kind === 'trade-off');
  const names = tradeOff?.kind === 'trade-off' ? tradeOff.axes.map(({ name }) => name) : [];
  expect(names.filter((name) => name.includes('pass@1'))).toEqual([
    'suite-0: pass@1 (%)',
    'suite-1: pass@1 (%)',
  ]);
});
