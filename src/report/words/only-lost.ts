import type { TaskCount } from '../../metrics/pass-at-k.ts';
import type { Rendition, TestCase, TestSuite, TestSuites } from '../rendition.ts';

/**
 * The same report, of whose wrong completions only those of lost tasks are failures: tasks that the
 * reference solves more often. The others are skipped and say why, so that a list of cases is red for
 * what got worse alone.
 */
export function withLostAlone(
  rendition: Rendition,
  reference: { readonly name: string; readonly counts: ReadonlyMap<string, TaskCount> },
): Rendition {
  const { suites } = rendition;
  return {
    ...rendition,
    suites: typeof suites === 'string' ? suites : () => lostIn(suites(), reference),
  };
}

type Reference = Parameters<typeof withLostAlone>[1];

function lostIn({ name, suites }: TestSuites, reference: Reference): TestSuites {
  return {
    name: `${name}, failures: tasks lost against ${reference.name}`,
    suites: suites.map((suite) => ({
      ...suite,
      cases: suite.cases.map((each) => onlyIfLost(each, suite, reference)),
    })),
  };
}

function onlyIfLost(each: TestCase, { cases }: TestSuite, { name, counts }: Reference): TestCase {
  const { task, result } = each;
  if (result.kind !== 'failure' || task === undefined) {
    return each;
  }
  const before = counts.get(task);
  if (before === undefined) {
    return skipped(each, `${name} has no verdict on this task`);
  }
  const own = cases.filter((other) => other.task === task);
  const passed = own.filter((other) => other.result.kind === 'passed').length;
  return before.passed / before.samples > passed / own.length
    ? each
    : skipped(each, `not lost: ${name} passes ${before.passed} of ${before.samples}`);
}

function skipped(each: TestCase, why: string): TestCase {
  const { result } = each;
  const what = 'message' in result ? `; ${result.message ?? ''}` : '';
  return { ...each, result: { kind: 'skipped', message: `${why}${what}` } };
}
