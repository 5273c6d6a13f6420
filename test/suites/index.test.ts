import { expect, test } from 'vitest';
import { DEFAULT_SUITE, findSuite, SUITES } from '../../src/suites/index.ts';
import { suiteTasks } from '../fixtures/suite-data.ts';
import { testSuite } from './suite-contract.ts';

for (const suite of SUITES) {
  testSuite(suite, await suiteTasks(suite));
}

test('each suite goes by a name of its own', () => {
  expect(new Set(SUITES.map(({ name }) => name)).size).toBe(SUITES.length);
  expect(SUITES.map(({ name }) => findSuite(name))).toEqual(SUITES);
});

test('a name that no suite has is refused with the nearest', () => {
  expect(() => findSuite('humanevil')).toThrow(
    /--suite humanevil: there is no suite of that name; nearest: humaneval/,
  );
});

test('the default suite is in the table', () => {
  expect(SUITES).toContain(DEFAULT_SUITE);
});
