import { describe, expect, test } from 'vitest';
import { sha256Json } from '../../src/records/hash.ts';
import type { Grader, Sample } from '../../src/sandbox/grader.ts';

/** Samples in a grader's language whose verdicts are known. */
export interface GraderSamples {
  readonly right: Sample;
  readonly wrong: Sample;
  /** Never ends; absent for a grader that runs nothing. */
  readonly endless?: Sample;
  /** Its test cannot be run, whatever the completion; absent for a grader that runs nothing. */
  readonly unfit?: Sample;
}

const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };
const FAILED = { kind: 'verdict', outcome: { kind: 'failed' } };

/** What holds for every grader. `open` opens one of two workers and a time limit of 1 s. */
export function testGrader(
  name: string,
  open: () => Promise<Grader>,
  { right, wrong, endless, unfit }: GraderSamples,
): void {
  describe(`the grader ${name}`, () => {
    test('it says of itself all that can change a verdict, and the same each time', async () => {
      await using first = await open();
      await using second = await open();
      const { identity } = first;
      for (const word of [identity.name, identity.version, identity.runtime, identity.allowed]) {
        expect(word).toMatch(/\S/);
      }
      expect(identity.level).toMatch(/^L[123]$/);
      expect(sha256Json(second.identity)).toBe(sha256Json(identity));
    });

    test('above level 1 a probe has seen every denial hold', async () => {
      await using grader = await open();
      const { level, denials } = grader.identity;
      expect(level === 'L1' || denials.every(({ isDenied }) => isDenied)).toBe(true);
    });

    test('right passes and wrong fails, however many are judged at once', async () => {
      await using grader = await open();
      const many = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? wrong : right));
      expect(await Promise.all(many.map((sample) => grader.judge(sample)))).toMatchObject(
        many.map((sample) => (sample === right ? PASSED : FAILED)),
      );
    });

    test('its own samples are judged right', async () => {
      await using grader = await open();
      expect(await grader.selfTest()).toEqual([]);
    });

    test.runIf(endless !== undefined)('what never ends fails, and costs no other', async () => {
      await using grader = await open();
      const samples = [endless ?? wrong, right, right];
      expect(await Promise.all(samples.map((sample) => grader.judge(sample)))).toMatchObject([
        { kind: 'verdict', outcome: { kind: 'failed', cause: 'timeout' } },
        PASSED,
        PASSED,
      ]);
    });

    test.runIf(unfit !== undefined)('a test that cannot be run is not a verdict', async () => {
      await using grader = await open();
      expect(await grader.judge(unfit ?? wrong)).toMatchObject({
        kind: 'infrastructure',
        fault: 'task',
      });
      expect(await grader.judge(right)).toMatchObject(PASSED);
    });
  });
}
