import type { GateCell, GateReport, PlannedFlips, PlannedSamples } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { SuitesGate } from '../records/suites.ts';
import type { Annotation, Badge, Rendition, Table, TestSuites } from '../report/rendition.ts';
import type { Comparison } from '../records/comparison.ts';
import { flipMatrix } from '../report/compare/pictures.ts';
import type { Intervals } from '../report/pictures.ts';
import { firstLines, renditionOfSuites } from '../report/suites/rendition.ts';
import { warningAnnotations } from '../report/words/pipeline.ts';
import { exactPercent } from '../report/words/words.ts';
import { describeGate, describeGatePlan, verdictText } from './document.ts';

/** What a verdict is to whoever looks at a pipeline: an open question does not look like a pass. */
const LEVELS = { pass: 'notice', inconclusive: 'warning', fail: 'error' } as const;

const BADGES = { pass: 'good', inconclusive: 'open', fail: 'bad' } as const;

/** A decision for every format; `comparisons` are what it rests on, for those that show flips. */
export function renditionOfGate(
  report: GateReport,
  comparisons: () => readonly Comparison[] = () => [],
): Rendition {
  return {
    pictures: () => gatePictures(report),
    badge: () => gateBadge(report),
    matrix: () => flipMatrix(comparisons()),
    data: () => report,
    document: () => describeGate(report),
    table: () => gateTable(report),
    suites: () => gateSuites(report),
    annotations: () => gateAnnotations(report),
  };
}

/** What came of it, in the fewest words. */
export function gateBadge(decision: Pick<GateReport, 'verdict' | 'trial'>): Badge {
  return {
    label: 'evalkit gate',
    message: verdictText(decision),
    level: BADGES[decision.verdict],
  };
}

/** Each drop with its bounds, beside the margin. */
function gatePictures({ cells, limits }: GateReport): Intervals[] {
  const rows = cells.flatMap(({ cell, verdict, drop }) =>
    drop === null
      ? []
      : [
          {
            name: cell,
            value: drop.estimate * 100,
            low: drop.lower * 100,
            high: drop.upper * 100,
            verdict,
          },
        ],
  );
  return [
    {
      kind: 'intervals',
      heading: 'Drop of pass@1',
      unit: `percentage points; each bound one-sided at ${exactPercent(limits.confidence)}`,
      rows,
      marks: [{ value: limits.maxDrop * 100, name: 'margin' }],
    },
  ];
}

/** Decisions on several suites for every format; `comparisons` are those of each suite, in their order. */
export function renditionOfGates(
  report: SuitesGate,
  comparisons: () => readonly (readonly Comparison[])[] = () => [],
): Rendition {
  const verdicts = Object.entries(report.suites).map(
    ([suite, one]) => `${suite} ${verdictText(one)}`,
  );
  const together = renditionOfSuites(report, {
    title: `gate: ${report.verdict} (${verdicts.join(', ')}); ${firstLines(report)}`,
    parts: Object.entries(report.suites).map(([suite, one], index) => ({
      suite,
      rendition: renditionOfGate(one, () => comparisons()[index] ?? []),
    })),
  });
  return { ...together, badge: () => gateBadge(report) };
}

/** What every decision has, whatever it rests on. */
interface Decision<Cell extends DecidedCell = DecidedCell>
  extends Pick<GateReport, 'verdict' | 'trial' | 'firstLine' | 'candidate' | 'warnings'> {
  readonly baseline: Pick<GateReport['baseline'], 'name'>;
  readonly cells: readonly Cell[];
}

type DecidedCell = Pick<GateCell, 'cell' | 'verdict' | 'checks'>;

/**
 * A suite a cell, a case a limit. `inconclusive` is a failure of that type, since JUnit has nothing
 * between passed and failed that stops a pipeline.
 */
export function gateSuites(decision: Decision): TestSuites {
  const { candidate, baseline, cells, trial } = decision;
  return {
    name: `gate: ${candidate} against ${baseline.name}: ${verdictText(decision)}`,
    suites: cells.map(({ cell, checks }) => ({
      name: cell,
      properties: [],
      cases: [...trialChecks(trial), ...checks].map(({ limit, verdict: found, detail }, index) => ({
        name: limit === 'rule' ? `rule ${index}: ${detail}` : limit,
        result:
          found === 'pass' ? { kind: 'passed' } : { kind: 'failure', type: found, message: detail },
      })),
    })),
  };
}

/** A trial must not look like a pass in a list of cases, whatever its checks say. */
function trialChecks(
  trial: GateReport['trial'],
): Pick<GateCell['checks'][number], 'limit' | 'verdict' | 'detail' | 'isPointThreshold'>[] {
  return trial === undefined
    ? []
    : [
        {
          limit: 'trial',
          verdict: 'inconclusive',
          detail: `tried on ${trial.tasks} of ${trial.total} tasks; to decide: ${trial.needs.join('; ')}`,
          isPointThreshold: false,
        },
      ];
}

/** A row a limit of each cell. */
function gateTable(report: GateReport): Table {
  return checkTable(report, ['tasks', 'lost', 'gained'], ({ tasks, lost, gained }) => ({
    tasks,
    lost,
    gained,
  }));
}

/** A row a limit of each cell; `evidence` fills the columns that say what the cell was decided on. */
export function checkTable<Cell extends DecidedCell>(
  { candidate, baseline, cells, trial }: Decision<Cell>,
  columns: readonly string[],
  evidence: (cell: Cell) => Table['rows'][number],
): Table {
  return {
    columns: ['candidate', 'baseline', 'cell', 'limit', 'verdict', 'kind', ...columns, 'note'],
    rows: cells.flatMap((cell) =>
      [...trialChecks(trial), ...cell.checks].map(
        ({ limit, verdict, isPointThreshold, detail }) => ({
          candidate,
          baseline: baseline.name,
          cell: cell.cell,
          limit,
          verdict,
          kind: isPointThreshold ? 'point threshold' : 'one-sided bound',
          ...evidence(cell),
          note: detail,
        }),
      ),
    ),
  };
}

/** One a cell, and the warnings. */
export function gateAnnotations(decision: Decision): Annotation[] {
  const { firstLine, cells, warnings, trial } = decision;
  return [
    ...cells.map(({ cell, verdict, checks }): Annotation => {
      const told =
        trial === undefined
          ? checks.filter((check) => check.verdict === verdict)
          : trialChecks(trial);
      const details = told.map(({ limit, detail }) => `${limit}: ${detail}`).join('; ');
      return {
        level: LEVELS[verdict],
        title: `evalkit gate: ${verdictText({ verdict, trial })}`,
        message: `${cell}: ${details}. ${firstLine}`,
      };
    }),
    ...warningAnnotations('evalkit gate', warnings),
  ];
}

/** Which flips would pass a gate. */
export interface GatePlan {
  readonly rows: readonly PlannedFlips[];
  readonly limits: GateLimits;
  readonly tasks: number;
  /** Of the candidates of a run that was named with it. */
  readonly samples?: readonly PlannedSamples[];
}

/** What `evalkit gate --plan` prints. */
export function renditionOfGatePlan(plan: GatePlan): Rendition {
  const why = '--plan decides on nothing';
  return {
    data: () => plan,
    document: () => describeGatePlan(plan),
    table: why,
    suites: why,
    annotations: why,
  };
}
