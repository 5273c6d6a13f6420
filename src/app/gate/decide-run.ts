import { renditionOfGate, renditionOfGates } from '../../gate/rendition.ts';
import type { GateReport } from '../../records/gate.ts';
import type { Rendition } from '../../report/rendition.ts';
import { suiteRuns } from '../suite-runs.ts';
import {
  type GateChoice,
  type GateContext,
  gateComparisons,
  gateSuitesComparisons,
  runGate,
  runSuitesGate,
} from './run.ts';

/** A decision, and how it is shown. */
export interface Decided {
  readonly decision: Pick<GateReport, 'verdict' | 'trial'>;
  readonly rendition: Rendition;
}

/** The decision on a run of one suite or of several, from records alone. */
export async function decideRun(
  run: string,
  choice: GateChoice,
  context: GateContext,
): Promise<Decided> {
  const suites = suiteRuns(run, context.cwd);
  if (suites === undefined) {
    const report = await runGate(run, choice, context);
    return {
      decision: report,
      rendition: renditionOfGate(report, () => gateComparisons(run, choice, context.cwd)),
    };
  }
  const report = await runSuitesGate(suites, choice, context);
  // Every suite was asked a part of its tasks where one was.
  const { trial } = Object.values(report.suites).find((one) => one.trial !== undefined) ?? {};
  return {
    decision: { verdict: report.verdict, ...(trial === undefined ? {} : { trial }) },
    rendition: renditionOfGates(report, () => gateSuitesComparisons(suites, choice, context.cwd)),
  };
}
