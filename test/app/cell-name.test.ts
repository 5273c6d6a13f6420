import { expect, test } from 'vitest';
import { findCell, findCells, splitRunName } from '../../src/app/cell-name.ts';
import { findTask } from '../../src/app/show/task-name.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const IDS = [
  'qwen2.5-coder-0.5b:f16/greedy',
  'qwen2.5-coder-0.5b:q4_k_m/greedy',
  'qwen2.5-coder-0.5b:q8_0/greedy',
  'qwen2.5-coder-0.5b:q8_0/lookup',
  'other:q8_0/greedy',
];

test.each([
  ['q4_k_m', IDS[1]],
  ['Q4_K_M', IDS[1]],
  ['q4_k_m/greedy', IDS[1]],
  ['qwen2.5-coder-0.5b:q4_k_m', IDS[1]],
  ['Q8/lookup', IDS[3]],
  ['other', IDS[4]],
  [IDS[2] ?? '', IDS[2]],
])('%s names the one cell that has it', (text, id) => {
  expect(findCell('run', IDS, text)).toBe(id);
});

test.each([
  [
    'q8_0',
    /run has several cells q8_0: .*q8_0\/greedy, .*q8_0\/lookup, other:q8_0\/greedy; name one/,
  ],
  ['q4', /run has no cell q4; nearest: /],
  ['q4_k_n', /run has no cell q4_k_n; nearest: .*q4_k_m\/greedy/],
  ['', /run# names no cell; name one, as qwen2/],
])('%j names none or several, and is refused', (text, message) => {
  expect(() => findCell('run', IDS, text)).toThrow(message);
});

test('of a grid a model names all its cells', () => {
  expect(findCells('run', IDS, 'q8')).toEqual([IDS[2], IDS[3], IDS[4]]);
  expect(() => findCells('run', IDS.slice(0, 2), 'q2_k')).toThrow(
    'run has no cell q2_k; its cells are qwen2.5-coder-0.5b:f16/greedy, qwen2.5-coder-0.5b:q4_k_m/greedy; nearest: q4_k_m',
  );
});

test('a folder with a # in its name is a folder', () => {
  const cwd = temporaryFolder();
  expect(splitRunName('results/run#q8', cwd)).toEqual({ run: 'results/run', cell: 'q8' });
  expect(splitRunName('.', cwd)).toEqual({ run: '.', cell: undefined });
});

test('a task is named by its id, whatever the case, or by its number', () => {
  const dataset = {
    suite: { name: 'humaneval', version: '1.0' },
    name: 'HumanEval',
    sha256: '',
    taskIds: ['HumanEval/1', 'HumanEval/12'],
    total: 164,
  };
  for (const text of ['HumanEval/12', 'humaneval/12', '12']) {
    expect(findTask('run', dataset, text)).toBe('HumanEval/12');
  }
  expect(() => findTask('run', dataset, '99')).toThrow(
    /there is no task 99 in run, which asked 2 of 164 tasks; nearest: HumanEval\/1/,
  );
});
