import prettyBytes from 'pretty-bytes';
import { counted } from '../../records/counted.ts';
import type { PairedReport } from '../../records/paired.ts';
import type { CellReport, Ratio, Report } from '../../records/report.ts';
import { threeDigits } from '../words/figure-words.ts';
import type { ShortNames } from '../words/short-names.ts';
import { exactPercent, percent } from '../words/words.ts';

/**
 * What a run says in words: the reference, then each other cell against it, a line each. What was not
 * measured is left out here and said where its figure would stand.
 */
export function answerLines({ cells, reference }: Report, names: ShortNames): string[] {
  const base = cells.find(({ id }) => id === reference);
  if (base === undefined) {
    return [];
  }
  const others = cells.filter(({ id }) => id !== reference);
  return [
    `${names.of(base.id)}${others.length === 0 ? '' : ', the reference'}: ${aloneText(base)}`,
    ...others.map(
      (cell) => `${names.of(cell.id)} against ${names.of(reference)}: ${againstText(cell, base)}`,
    ),
  ];
}

/** A cell by itself: pass rate, speed, size. */
function aloneText({ passAt1, tpotMs, decodeTokensPerSecond, fileBytes }: CellReport): string {
  return [
    'notRun' in passAt1 ? `no pass rate (${passAt1.notRun})` : passText(passAt1),
    ...('notRun' in decodeTokensPerSecond
      ? []
      : [`${threeDigits(decodeTokensPerSecond.mean)} tokens/s`]),
    ...('notRun' in tpotMs ? [] : [`${threeDigits(tpotMs.mean)} ms a token`]),
    ...(typeof fileBytes === 'number' ? [prettyBytes(fileBytes)] : []),
  ].join(', ');
}

function passText({ passed, total, samples, estimate, ci95 }: PassRate): string {
  const [low, high] = ci95;
  const what = samples === 1 ? counted(total, 'task') : counted(total, 'completion');
  return `${passed} of ${what} pass, ${percent(estimate)} (${percent(low)} to ${percent(high)})`;
}

type PassRate = Exclude<CellReport['passAt1'], { notRun: string }>;

function againstText(cell: CellReport, base: CellReport): string {
  const parts = [
    dropText(cell),
    ratioText(cell.speedup, 'tpot', 'tokens'),
    sizeText(cell.fileBytes, base.fileBytes),
    likelihoodText(cell.divergence),
  ].filter((part) => part !== undefined);
  return parts.join(', ');
}

/** As `2 fewer of 164 tasks (5 lost, 3 gained; drop 1.2 points, at most 4.2)`. */
function dropText({ paired, passAt1, role }: CellReport): string {
  if (paired === undefined || 'notRun' in paired) {
    return `no pass rate (${paired?.notRun ?? 'nothing to compare'})`;
  }
  const noise = role === undefined ? '' : 'the same model again: ';
  const samples = 'notRun' in passAt1 ? 1 : passAt1.samples;
  return `${noise}${samples === 1 ? taskText(paired) : rateText(paired)} (${flipText(paired)}; ${boundText(paired)})`;
}

function taskText({ lost, gained, tasks }: PairedReport): string {
  const difference = gained - lost;
  const of = `of ${counted(tasks, 'task')}`;
  if (difference === 0) {
    return `as many ${of}`;
  }
  return `${Math.abs(difference)} ${difference < 0 ? 'fewer' : 'more'} ${of}`;
}

function rateText({ tasks }: PairedReport): string {
  return `pass@1 over ${counted(tasks, 'task')}`;
}

function flipText({ lost, gained }: PairedReport): string {
  return `${lost} lost, ${gained} gained`;
}

/** The bounds are one-sided: a drop wants to know how large it may be, a gain whether it is one. */
function boundText({ drop: { estimate, atMost, confidence } }: PairedReport): string {
  const at = `at ${exactPercent(confidence)}`;
  if (estimate >= 0) {
    return `drop ${points(estimate)} points, at most ${points(atMost)} ${at}`;
  }
  const gain = `gain ${points(-estimate)} points`;
  return atMost > 0
    ? `${gain}, drop at most ${points(atMost)} ${at}`
    : `${gain}, at least ${points(-atMost)} ${at}`;
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}

/** As `tokens 1.90 times as fast (1.86 to 1.95)`. */
function ratioText(
  speedup: CellReport['speedup'],
  of: 'ttft' | 'tpot',
  what: string,
): string | undefined {
  if ('notRun' in speedup || 'notRun' in speedup[of]) {
    return undefined;
  }
  const { estimate, ci95 }: Ratio = speedup[of];
  return `${what} ${estimate.toFixed(2)} times as fast (${ci95[0].toFixed(2)} to ${ci95[1].toFixed(2)})`;
}

function sizeText(
  bytes: CellReport['fileBytes'],
  reference: CellReport['fileBytes'],
): string | undefined {
  return typeof bytes !== 'number' || typeof reference !== 'number' || bytes === reference
    ? undefined
    : `file ${(bytes / reference).toFixed(2)} times the size`;
}

/** Perplexity over the same tokens: exp of the paired NLL difference. */
function likelihoodText(divergence: CellReport['divergence']): string | undefined {
  if (divergence === undefined || 'notRun' in divergence) {
    return undefined;
  }
  const { estimate, ci95 } = divergence.nllDifference;
  const within = ci95 === null ? '' : ` (${change(ci95[0])} to ${change(ci95[1])})`;
  return `perplexity ${change(estimate)} %${within}`;
}

/** By how many per cent a perplexity differs, from a difference in nats, as `+0.8`. */
function change(difference: number): string {
  const share = Math.expm1(difference) * 100;
  return `${share < 0 ? '' : '+'}${share.toFixed(1)}`;
}
