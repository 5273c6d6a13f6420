import type { Conversion, Task } from '../../records/task.ts';
import type { InputsRules } from '../python-functions/inputs-lines.ts';

/**
 * What the data do not say of a task: its Python arguments, where JSON has but lists and text, and
 * how answers are compared, as EvalPlus 0.3.1 has both by number.
 */
export function rulesOf({ taskId }: Pick<Task, 'taskId'>): InputsRules {
  const number = Number(taskId.split('/').at(-1));
  const conversions = CONVERSIONS.flatMap(([numbers, found]) =>
    numbers.includes(number) ? found : [],
  );
  const comparison = COMPARISONS.find(([numbers]) => numbers.includes(number))?.[1] ?? 'close';
  return { comparison, ...(conversions.length === 0 ? {} : { conversions }) };
}

const tuplesAt = (...paths: string[]): Conversion[] => paths.map((at) => ({ at, to: 'tuple' }));

const CONVERSIONS: readonly (readonly [numbers: readonly number[], Conversion[]])[] = [
  [
    [
      2, 116, 132, 222, 261, 273, 394, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744,
      809,
    ],
    tuplesAt('*'),
  ],
  [[63, 64, 70, 94, 120, 237, 272, 299, 409, 473, 614, 780], tuplesAt('*.*')],
  [[75, 413, 753], tuplesAt('0.*')],
  [[106, 750], tuplesAt('1')],
  [[250, 405, 446, 720, 763, 808], tuplesAt('0')],
  [[259, 445], tuplesAt('*.*', '*')],
  [[278], tuplesAt('0.*', '*')],
  [[722], tuplesAt('0.*')],
  [
    [124],
    [
      { at: '0', to: 'float' },
      { at: '1', to: 'complex' },
    ],
  ],
  [[252], [{ at: '0', to: 'complex' }]],
  [[580, 615, 791], [{ at: '*', to: 'deep-tuple' }]],
];

const COMPARISONS: readonly (readonly [numbers: readonly number[], comparison: string])[] = [
  [[2, 7, 111, 140, 232, 579, 769], 'sets'],
  [[737, 787, 794], 'not-none'],
  [[558], 'close-or-digit-distance'],
  [[581], 'close-or-pyramid-surface'],
];
