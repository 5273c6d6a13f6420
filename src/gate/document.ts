import { counted } from '../records/counted.ts';
import { LIMITS } from '../limits/index.ts';
import type { GateCell, GateReport, PlannedFlips, PlannedSamples } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { visibleText } from '../records/visible-text.ts';
import type { ReportDocument } from '../report/words/document.ts';
import { nameInPart } from '../report/words/parts.ts';
import { interval, percent, points, pText } from '../report/words/words.ts';

/** `metric`: the part of the tests that counts. */
function headsOf(metric: string | undefined): string[] {
  const rate = nameInPart('pass@1', metric);
  return ['candidate', 'verdict', rate, 'drop', 'bounds', 'lost', 'gained', 'p (Holm)'];
}

/** Flips that a cell's section lists; JSON has them all. */
const LISTED = 10;

/** Puts the gate's decision in words. */
export function describeGate(report: GateReport): ReportDocument {
  const { firstLine, baseline, cells, warnings, trial } = report;
  const { passAt1, noiseFloor } = baseline;
  return {
    title: `gate: ${verdictText(report)}; ${firstLine}`,
    table: [headsOf(report.metric), ...cells.map(tableRow)],
    sections: [
      ...(trial === undefined ? [] : [trialSection(trial)]),
      ...cells.map(cellSection),
      {
        heading: 'gate',
        facts: [
          ['candidate', report.candidate],
          [
            'baseline',
            `${baseline.name}, pass@1 ${percent(passAt1.estimate)}, 95 % interval ${interval(passAt1.ci95, percent)}, ${passAt1.passed} of ${passAt1.total} completions`,
          ],
          [
            'noise floor',
            'notRun' in noiseFloor
              ? `not run: ${noiseFloor.notRun}`
              : `${noiseFloor.flips} of ${noiseFloor.tasks} tasks of the baseline flip by themselves at another batch size`,
          ],
          ['limits', limitsText(report.limits)],
          ['verdicts', VERDICTS],
        ],
      },
    ],
    warnings,
  };
}

/** The verdict in words, as `trial on 20 of 164 tasks, inconclusive`. */
export function verdictText({ verdict, trial }: Pick<GateReport, 'verdict' | 'trial'>): string {
  return trial === undefined
    ? verdict
    : `trial on ${trial.tasks} of ${trial.total} tasks, ${verdict}`;
}

function trialSection({ needs }: Trial): ReportDocument['sections'][number] {
  return {
    heading: 'trial: to decide, the gate would need',
    facts: needs.map((need, index) => [String(index + 1), visibleText(need)]),
  };
}

type Trial = NonNullable<GateReport['trial']>;

const VERDICTS =
  'pass: the upper bound of the drop is under the margin. fail: worse than the reference, and the best estimate is over the margin; not that the true drop is. inconclusive: neither';

function tableRow(cell: GateCell): string[] {
  const { drop, passAt1, pHolm } = cell;
  return [
    cell.cell,
    cell.verdict,
    passAt1 === null ? 'n/a' : `${percent(passAt1.estimate)} (n = ${cell.tasks})`,
    drop === null ? 'n/a' : points(drop.estimate),
    drop === null ? 'n/a' : interval([drop.lower, drop.upper], points),
    String(cell.lost),
    String(cell.gained),
    pHolm === null ? 'n/a' : pText(pHolm),
  ];
}

function cellSection(cell: GateCell): ReportDocument['sections'][number] {
  const facts: [string, string][] = cell.checks.map(({ limit, verdict, detail }) => [
    limit,
    `${verdict}: ${visibleText(detail)}`,
  ]);
  const { flips = [] } = cell;
  for (const { taskId, direction, cause, detail } of flips.slice(0, LISTED)) {
    const why = cause === undefined ? 'cause unknown' : `${cause}: ${visibleText(detail ?? '')}`;
    facts.push([direction, `${taskId}, ${why}`]);
  }
  if (flips.length > LISTED) {
    const more = flips.length - LISTED;
    facts.push(['flips not listed', `${more}; evalkit compare shows each with its completions`]);
  }
  if (cell.settle !== undefined) {
    facts.push(['would settle it', cell.settle]);
  }
  return { heading: `${cell.cell}: ${cell.verdict}`, facts };
}

function limitsText(limits: GateLimits): string {
  return LIMITS.flatMap(({ words, isPointThreshold }) => {
    const text = words(limits);
    return text === undefined ? [] : [isPointThreshold ? `${text} (point threshold)` : text];
  }).join(', ');
}

/** Puts a gate's plan in words: which flips would pass, before anything is generated. */
export function describeGatePlan({
  rows,
  limits,
  tasks,
  samples = [],
}: {
  readonly rows: readonly PlannedFlips[];
  readonly limits: GateLimits;
  readonly tasks: number;
  readonly samples?: readonly PlannedSamples[];
}): ReportDocument {
  return {
    title: `gate plan: one completion of each of ${counted(tasks, 'task')}, ${limitsText(limits)}`,
    table: [
      ['gained', 'passes up to so many lost', 'fails from so many lost on'],
      ...rows.map(({ gained, mostLostToPass, leastLostToFail }) => [
        String(gained),
        mostLostToPass === undefined ? 'never' : String(mostLostToPass),
        leastLostToFail === undefined ? 'never' : String(leastLostToFail),
      ]),
    ],
    tables: samples.map(samplesTable),
    sections: [{ heading: 'in between', facts: [['verdict', 'inconclusive, exit code 4']] }],
    warnings: [],
  };
}

function samplesTable(plan: PlannedSamples): NonNullable<ReportDocument['tables']>[number] {
  const { cell, tasks, samples, correlation, found } = plan;
  return {
    heading: `${cell}: the smallest drop that samples find with 80 % power, from ${samples} samples of ${counted(tasks, 'task')}, whose pairs spare ${percent(correlation)} of the variance of independent draws`,
    table: [
      ['samples of each task', 'drop'],
      ...found.map((row) => [String(row.samples), points(row.drop)]),
    ],
  };
}
