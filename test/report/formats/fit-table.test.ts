import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { fitTable } from '../../../src/report/formats/fit-table.ts';

const ROWS = [
  ['cell', 'pass@1', '95 % interval', 'file'],
  ['qwen2.5-coder-0.5b:q4_k_m/greedy', '43.3 %', '35.9 % to 50.9 %', '491 MB'],
  ['qwen2.5-coder-0.5b:f16/greedy', 'not run: it did not fit into memory', '', ''],
];

test.each([0, 1, 2, 8, 20, 40, 80, 160])('no line is longer than %i columns', (columns) => {
  const { text, remarks } = fitTable(ROWS, { columns });
  const widest = Math.max(...text.split('\n').map((line) => stringWidth(line)));
  expect(widest).toBeLessThanOrEqual(Math.max(1, columns));
  if (columns < 60) {
    expect(remarks).toContain('qwen2.5-coder-0.5b:f16/greedy: not run: it did not fit into memory');
  }
});
