import { expect, test } from 'vitest';
import { shortNames } from '../../../src/report/words/short-names.ts';

test.each([
  [['m:q8/greedy', 'm:q4/greedy'], ['q8', 'q4'], 'm:…/greedy'],
  [['m:q8/greedy', 'm:q8/lookup'], ['greedy', 'lookup'], 'm:q8/…'],
  [['m:q8/greedy', 'n:q8/greedy'], ['m', 'n'], '…:q8/greedy'],
  [['m:q8/greedy', 'm:q8/greedy/noise-floor'], ['greedy', 'greedy/noise-floor'], 'm:q8/…'],
  [['m:q8/greedy', 'm:q4/greedy/flash on'], ['q8/greedy', 'q4/greedy/flash on'], 'm:…'],
  [['a.jsonl', 'b.jsonl'], ['a.jsonl', 'b.jsonl'], undefined],
  [['m:q8/greedy'], ['m:q8/greedy'], undefined],
  [[], [], undefined],
])('%j are called %j', (ids, names, pattern) => {
  const short = shortNames(ids);
  expect(ids.map(short.of)).toEqual(names);
  expect(short.pattern).toBe(pattern);
});
