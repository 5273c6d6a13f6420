import type { FirstDifference, Flip } from '../records/comparison.ts';
import type { TaskPair } from '../metrics/paired-drop.ts';
import { dropOf } from '../metrics/paired-drop.ts';
import type { CellEvidence, JudgedCompletion } from './evidence.ts';
import { isLooping } from './looping.ts';

/** Characters of a completion that are shown from where it parts from the other. */
const SHOWN_CHARACTERS = 60;

/** The tasks that one side solves oftener than the other, with a completion of each side. */
export function flipsOf(
  pairs: ReadonlyMap<string, TaskPair>,
  reference: CellEvidence,
  candidate: CellEvidence,
): Flip[] {
  return [...pairs].flatMap(([taskId, pair]): Flip[] => {
    const drop = dropOf(pair);
    if (drop === 0) {
      return [];
    }
    const direction = drop > 0 ? 'lost' : 'gained';
    const before = telling(reference.completions.get(taskId), direction === 'lost');
    const after = telling(candidate.completions.get(taskId), direction === 'gained');
    return [
      {
        taskId,
        direction,
        passed: {
          reference: [pair.reference.passed, pair.reference.samples],
          candidate: [pair.candidate.passed, pair.candidate.samples],
        },
        ...(before === undefined ? {} : { reference: shown(before) }),
        ...(after === undefined ? {} : { candidate: shown(after) }),
        ...(before === undefined || after === undefined
          ? {}
          : { firstDifference: firstDifference(before, after) }),
      },
    ];
  });
}

/** The first completion with the verdict that makes the flip. */
function telling(
  completions: readonly JudgedCompletion[] | undefined,
  hasPassed: boolean,
): JudgedCompletion | undefined {
  return completions?.find(({ verdict }) => (verdict.outcome.kind === 'passed') === hasPassed);
}

function shown({ completion, verdict }: JudgedCompletion): NonNullable<Flip['reference']> {
  const { outcome } = verdict;
  return {
    text: completion.text,
    stopReason: completion.stopReason,
    isLooping: isLooping(completion),
    ...(outcome.kind === 'failed' ? { cause: outcome.cause, detail: outcome.detail } : {}),
  };
}

/** Where two completions part, by token; `null` where they never do, `undefined` where tokens are unknown. */
function firstDifference(
  reference: JudgedCompletion,
  candidate: JudgedCompletion,
): FirstDifference | null | undefined {
  const [before, after] = [reference.completion, candidate.completion];
  if (before.tokens === undefined || after.tokens === undefined) {
    return undefined;
  }
  const length = Math.max(before.tokens.length, after.tokens.length);
  for (let token = 0; token < length; token += 1) {
    const [was, is] = [before.tokens[token] ?? null, after.tokens[token] ?? null];
    if (was !== is) {
      const from = commonLength(before.text, after.text);
      return {
        token,
        referenceToken: was,
        candidateToken: is,
        referenceText: before.text.slice(from, from + SHOWN_CHARACTERS),
        candidateText: after.text.slice(from, from + SHOWN_CHARACTERS),
      };
    }
  }
  return null;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length += 1;
  }
  return length;
}
