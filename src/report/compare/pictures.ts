import type { CompareReport, Comparison, Flip } from '../../records/comparison.ts';
import type { Attempt, Intervals, TaskMatrix } from '../pictures.ts';
import { likelihoodPictures } from '../perplexity/pictures.ts';
import { type ShortNames, shortNames } from '../words/short-names.ts';

/** Each candidate's difference with its interval, beside the margin; then likelihoods. */
export function comparePictures({ comparisons, limits }: CompareReport): Intervals[] {
  const names = namesOf(comparisons);
  return [
    {
      kind: 'intervals',
      heading: 'Difference in pass@1',
      unit: 'percentage points, 95 % interval',
      rows: comparisons.map(({ candidate, difference, verdict }) => ({
        name: names.of(candidate.name),
        value: difference.estimate * 100,
        low: difference.ci95[0] * 100,
        high: difference.ci95[1] * 100,
        verdict,
      })),
      marks: [
        { value: -limits.maxDrop * 100, name: 'margin' },
        { value: 0, name: 'the reference' },
      ],
    },
    ...likelihoodPictures(
      comparisons.map(({ candidate, divergence }) => ({
        id: candidate.name,
        perplexity: candidate.perplexity,
        divergence,
      })),
      names.of,
    ),
  ];
}

/** The tasks that flip, with a completion of each side; what does not flip stands as the reference does. */
export function flipMatrix(comparisons: readonly Comparison[]): TaskMatrix | undefined {
  const [first] = comparisons;
  const ids = [...new Set(comparisons.flatMap(({ flips }) => flips.map(({ taskId }) => taskId)))];
  if (first === undefined || ids.length === 0) {
    return undefined;
  }
  const names = namesOf(comparisons);
  return {
    cells: [
      names.of(first.reference.name),
      ...comparisons.map(({ candidate }) => names.of(candidate.name)),
    ],
    reference: 0,
    tasks: ids.map((id) => {
      const flips = comparisons.map(({ flips: own }) => own.find(({ taskId }) => taskId === id));
      const reference = referenceAttempt(flips);
      return {
        id,
        attempts: [
          [reference],
          ...flips.map((flip) => [
            flip === undefined ? { verdict: reference.verdict } : candidateAttempt(flip),
          ]),
        ],
      };
    }),
  };
}

/** Of the reference and the candidates, which stand side by side. */
function namesOf(comparisons: readonly Comparison[]): ShortNames {
  return shortNames(
    comparisons.flatMap(({ reference, candidate }) => [reference.name, candidate.name]),
  );
}

function referenceAttempt(flips: readonly (Flip | undefined)[]): Attempt {
  const flip = flips.find((one) => one !== undefined);
  return flip === undefined
    ? { verdict: 'none' }
    : attemptOf(flip.reference, flip.direction === 'lost');
}

function candidateAttempt({ candidate, direction, firstDifference }: Flip): Attempt {
  return {
    ...attemptOf(candidate, direction === 'gained'),
    ...(firstDifference === undefined
      ? {}
      : { firstDifference: firstDifference === null ? null : firstDifference.token }),
  };
}

function attemptOf(completion: Flip['reference'], hasPassed: boolean): Attempt {
  const verdict = hasPassed ? 'passed' : 'failed';
  if (completion === undefined) {
    return { verdict };
  }
  const { text, stopReason, cause, detail } = completion;
  return {
    verdict,
    text,
    stopReason,
    ...(cause === undefined ? {} : { cause }),
    ...(detail === undefined ? {} : { detail }),
  };
}
