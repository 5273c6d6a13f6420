import { counted } from '../../records/counted.ts';
import type { Comparison, Flip } from '../../records/comparison.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';
import type { ReportDocument } from '../words/document.ts';

/** How many flips of a comparison are listed one by one. */
export type ListedFlips = number | 'all';

type Section = ReportDocument['sections'][number];

/** Most characters of a completion in a document; the JSON has it whole. */
const SHOWN_CHARACTERS = 400;

/** Flips of one direction and one cause: what the tests say of the side that fails. */
interface Group {
  readonly direction: Flip['direction'];
  readonly cause: string;
  readonly flips: readonly Flip[];
}

/** A comparison's flips by direction and cause, and so many of them one by one. */
export function flipSections(comparison: Comparison, listed: ListedFlips): Section[] {
  const groups = groupsOf(comparison.flips);
  if (groups.length === 0) {
    return [];
  }
  const all = groups.flatMap(({ flips }) => flips);
  const shown = listed === 'all' ? all : all.slice(0, listed);
  const left = all.length - shown.length;
  return [
    {
      heading: `flips of ${comparison.candidate.cell} by direction and cause`,
      facts: [
        ...groups.map(groupFact),
        ...(left === 0
          ? []
          : [['not listed below', `${left} of them; --flips all lists every one`] as const]),
      ],
    },
    ...shown.map((flip) => flipSection(comparison, flip)),
  ];
}

/** Lost before gained, and within them the most frequent cause first. */
function groupsOf(flips: readonly Flip[]): Group[] {
  const directions: readonly Flip['direction'][] = ['lost', 'gained'];
  return directions.flatMap((direction) => {
    const own = flips.filter((flip) => flip.direction === direction);
    return [...Map.groupBy(own, causeOf)]
      .map(([cause, grouped]) => ({ direction, cause, flips: grouped }))
      .toSorted((one, other) => other.flips.length - one.flips.length);
  });
}

function causeOf({ direction, reference, candidate }: Flip): string {
  const failed = direction === 'lost' ? candidate : reference;
  return failed?.cause ?? 'cause unknown';
}

function groupFact({ direction, cause, flips }: Group): readonly [string, string] {
  const tasks = flips.map(({ taskId }) => taskId).join(', ');
  return [`${direction}, ${cause}`, `${counted(flips.length, 'task')}: ${tasks}`];
}

function flipSection({ candidate }: Comparison, flip: Flip): ReportDocument['sections'][number] {
  const { passed, reference, candidate: after, firstDifference } = flip;
  const facts: [string, string][] = [
    ['reference', `${rate(passed.reference)}${completionText(reference)}`],
    ['candidate', `${rate(passed.candidate)}${completionText(after)}`],
  ];
  if (firstDifference === null) {
    facts.push(['first differing token', 'none: both completions are the same, token for token']);
  } else if (firstDifference !== undefined) {
    const { token, referenceToken, candidateToken } = firstDifference;
    facts.push([
      'first differing token',
      `number ${token + 1}: reference ${referenceToken ?? 'ended'}, candidate ${candidateToken ?? 'ended'}; the texts continue with '${visibleText(firstDifference.referenceText)}' and '${visibleText(firstDifference.candidateText)}'`,
    ]);
  }
  return { heading: `${flip.direction}: ${flip.taskId} in ${candidate.cell}`, facts };
}

function rate([count, of]: readonly [number, number]): string {
  return `${count} of ${of} passed`;
}

function completionText(completion: Flip['reference']): string {
  if (completion === undefined) {
    return '';
  }
  const cause =
    completion.cause === undefined
      ? ''
      : `, ${completion.cause}: ${visibleText(completion.detail ?? '')}`;
  const ended = completion.isLooping ? 'max-tokens in a loop' : completion.stopReason;
  return `${cause}, ended by ${ended}: ${visibleText(shortened(completion.text, SHOWN_CHARACTERS))}`;
}
