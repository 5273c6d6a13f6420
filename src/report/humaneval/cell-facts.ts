import { counted } from '../../records/counted.ts';
import prettyBytes from 'pretty-bytes';
import type { CellReport, Report } from '../../records/report.ts';
import { figureText, ratioWithInterval } from '../words/figure-words.ts';
import { nameInPart, partsOrWhole } from '../words/parts.ts';
import { percent } from '../words/words.ts';

type Fact = readonly [label: string, value: string];

/** pass@k beyond k = 1, each with its interval. */
export function passAtKFacts({ passAtK, parts }: CellReport): Fact[] {
  return partsOrWhole({ passAtK }, parts).flatMap(([part, figures]) =>
    Object.entries(figures.passAtK).flatMap(([k, figure]): Fact[] =>
      k === '1' ? [] : [[nameInPart(`pass@${k}`, part), passAtKText(figure)]],
    ),
  );
}

function passAtKText(figure: CellReport['passAtK'][string]): string {
  return 'notRun' in figure
    ? `not run: ${figure.notRun}`
    : `${percent(figure.estimate)} (95 % interval ${percent(figure.ci95[0])} to ${percent(figure.ci95[1])}, ${counted(figure.tasks, 'task')})`;
}

/** What the latency pass found of a cell. */
export function latencyFacts(cell: CellReport): Fact[] {
  const { ttftMs, speedup } = cell;
  if ('notRun' in ttftMs) {
    return [['latency', `not run: ${ttftMs.notRun}`]];
  }
  const figures = [
    ['TTFT ms', ttftMs],
    ['TPOT ms', cell.tpotMs],
    ['prefill tokens/s', cell.prefillTokensPerSecond],
    ['decode tokens/s', cell.decodeTokensPerSecond],
  ] as const;
  return [
    ...figures.map(
      ([label, figure]): Fact => [
        label,
        'notRun' in figure ? `not run: ${figure.notRun}` : figureText(figure),
      ],
    ),
    ['speed-up', speedupText(speedup)],
    ...(cell.weights.kind === 'endpoint' ? [SERVED_TIMES] : []),
  ];
}

/** How the times of a served model came to be, which no others can be held against. */
const SERVED_TIMES: Fact = [
  'served',
  "times hold the network and the server's own queue: TTFT = first piece of text - request sent; TPOT = (last piece - first piece) / (new tokens - 1); tokens are those that the server counts, since a piece may hold several",
];

function speedupText(speedup: CellReport['speedup']): string {
  if ('notRun' in speedup) {
    return `not run: ${speedup.notRun}`;
  }
  const parts = [
    ['TTFT', speedup.ttft],
    ['TPOT', speedup.tpot],
  ] as const;
  const texts = parts.map(([name, ratio]) =>
    'notRun' in ratio
      ? `${name} not run: ${ratio.notRun}`
      : `${name} ${ratioWithInterval(ratio)}, n ${ratio.n}`,
  );
  return `${texts.join('; ')}; over ${speedup.reference}`;
}

/** What drafting did to a cell; nothing where it drafts nothing. */
export function draftFacts({ draft, agreement }: CellReport): Fact[] {
  const facts: Fact[] = [];
  if (draft !== undefined) {
    facts.push(['drafting', 'notRun' in draft ? `not run: ${draft.notRun}` : draftText(draft)]);
  }
  if (draft !== undefined && !('notRun' in draft)) {
    facts.push(['draft speed-up', draftSpeedupText(draft.tpotOverGreedy)]);
  }
  if (agreement !== undefined) {
    facts.push([
      'same as greedy',
      'notRun' in agreement ? `not run: ${agreement.notRun}` : agreementText(agreement),
    ]);
  }
  return facts;
}

/** How a cell's completions stand to the reference's, and what reading along came to. */
export function overlapFacts({ overlap, replay }: CellReport): Fact[] {
  const facts: Fact[] = [];
  if (replay !== undefined && 'notRun' in replay) {
    facts.push(['replay', `not run: ${replay.notRun}`]);
  } else if (overlap !== undefined && !('notRun' in overlap) && overlap.replay !== undefined) {
    facts.push(['replay', replayText(overlap.replay)]);
  }
  if (overlap !== undefined) {
    facts.push([
      'same completions',
      'notRun' in overlap ? `not run: ${overlap.notRun}` : overlapText(overlap),
    ]);
  }
  return facts;
}

function replayText({
  reference,
  n,
  drafted,
  accepted,
  newTokens,
  passes,
}: NonNullable<Ran<CellReport['overlap']>['replay']>): string {
  const taken = `${accepted} of ${newTokens} tokens taken from ${reference}`;
  const share = newTokens === 0 ? '' : ` (${percent(accepted / newTokens)})`;
  return `${taken}${share}, ${drafted - accepted} checked in vain, ${(newTokens / passes).toFixed(2)} tokens a pass, over ${counted(n, 'completion')}`;
}

function overlapText({
  tasks,
  identical,
  unit,
  shared,
  first,
  reference,
}: Ran<CellReport['overlap']>): string {
  const interval =
    shared.ci95 === null ? '' : ` [${shared.ci95.map((bound) => percent(bound)).join(', ')}]`;
  const where =
    first === undefined
      ? ''
      : `; the others part after ${first.median} ${unit} (median; ${first.least} to ${first.most})`;
  return `${identical} of ${counted(tasks, 'task')} word for word as ${reference}, which cannot flip${where}; ${percent(shared.estimate)}${interval} of its ${unit} stand before the first difference`;
}

type Ran<T> = Exclude<T, { notRun: string } | undefined>;

function draftText(draft: Ran<CellReport['draft']>): string {
  const { n, drafted, accepted, acceptanceRate, tokensPerPass, rssBytes } = draft;
  const rate =
    acceptanceRate === null
      ? 'nothing drafted'
      : `${accepted} of ${drafted} drafted tokens accepted (${percent(acceptanceRate)})`;
  const memory = rssBytes === undefined ? '' : `, the draft model takes ${prettyBytes(rssBytes)}`;
  return `${rate}, ${tokensPerPass.toFixed(2)} tokens a pass, over ${counted(n, 'completion')}${memory}`;
}

/** Says in words which way it goes, or that the interval holds 1. */
function draftSpeedupText(ratio: Ran<CellReport['draft']>['tpotOverGreedy']): string {
  if ('notRun' in ratio) {
    return `not run: ${ratio.notRun}`;
  }
  const [low, high] = ratio.ci95;
  const figure = `TPOT speed-up ${ratioWithInterval(ratio)} over the same model's greedy, n ${ratio.n}`;
  if (low > 1) {
    return `faster: ${figure}`;
  }
  return high < 1 ? `slower: ${figure}` : `no difference shown: ${figure}`;
}

function agreementText({ n, differing, reference }: Ran<CellReport['agreement']>): string {
  const [first] = differing;
  if (first === undefined) {
    return `token for token on all ${n} tasks, against ${reference}`;
  }
  const where = differing.map(({ taskId, token }) => `${taskId} from token ${token}`);
  const shown = where.slice(0, 5).join(', ');
  const more = where.length > 5 ? `, and ${where.length - 5} more` : '';
  return `${differing.length} of ${n} tasks differ from ${reference}: ${shown}${more}`;
}

/** How the latency pass was done, for the section on the whole run. */
export function latencyRunFacts({ latency, reference }: Report): Fact[] {
  if ('notRun' in latency) {
    return [['latency', `not run: ${latency.notRun}`]];
  }
  const { tasks, repeats, maxTokens, interleaved, othersCpuShare } = latency;
  const background =
    othersCpuShare === null ? 'unknown' : `${percent(othersCpuShare)} of all cores (median)`;
  return [
    [
      'latency',
      `a pass of its own: batch of one, warm-up, sandbox idle, ${counted(tasks, 'task')} × ${counted(repeats, 'repeat')}, at most ${maxTokens} tokens, ${interleaved} interleaved; n are tasks, each the median of its repeats; TTFT, TPOT and tokens/s of the table are means over tasks`,
    ],
    ['background CPU load', background],
    ['speed-up', `over ${reference}, the nearest to the original weights by provenance`],
  ];
}
