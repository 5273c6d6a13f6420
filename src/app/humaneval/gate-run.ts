import { about } from '../../options/message.ts';
import { join } from 'node:path';
import { writeOutput } from '../../files/write-output.ts';
import { certainVerdict } from '../../gate/curtail.ts';
import { planGate } from '../../gate/plan.ts';
import { plannedCandidates } from '../../gate/prospects.ts';
import { LIMITS } from '../../limits/index.ts';
import { limitsOf } from '../../limits/given.ts';
import { type HumanevalOptions, humanevalOptions } from './options.ts';
import type { StopRule } from '../../measures/measure.ts';
import { modeOfCell } from '../../modes/index.ts';
import { usageError } from '../../records/error.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { CellPlan, Plan } from '../../records/plan.ts';
import { renditionOfGate } from '../../gate/rendition.ts';
import { render } from '../../report/index.ts';
import type { ReportFormat } from '../../report/options.ts';
import { deliver } from '../report-output.ts';
import { gateOutcome } from '../gate/outcome.ts';
import type { Host, Outcome } from '../host.ts';
import { type LoadedReference, loadReference } from '../gate/load-evidence.ts';
import { runGate } from '../gate/run.ts';

const { options: asked } = humanevalOptions;

/**
 * Checks, before any token is spent, that the gate of a run could decide and could pass; returns what
 * ends cells early under `--sequential`. Weights that are not known (`isKnown`: all are) may make a
 * reference of any cell: then only what does not depend on them is checked.
 */
export function prepareGate(
  options: HumanevalOptions,
  plan: Plan,
  { cwd, isKnown }: Pick<Host, 'cwd'> & { readonly isKnown: boolean },
): StopRule | undefined {
  if (!options.gate) {
    return undefined;
  }
  const { total } = plan.dataset;
  const loaded = options.baseline === undefined ? undefined : loadReference(options.baseline, cwd);
  const limits = limitsOf(options, loaded?.baseline?.limits);
  planGate(limits, total, 1);
  if (!isKnown) {
    return undefined;
  }
  const candidates = plannedCandidates({
    plan,
    baseline: loaded?.evidence,
    limits,
    hasKl: options.kl && options.perplexity !== false,
  });
  return options.sequential ? stopRuleOf(options, plan, { loaded, limits, candidates }) : undefined;
}

function stopRuleOf(
  options: HumanevalOptions,
  plan: Plan,
  gate: {
    readonly loaded: LoadedReference | undefined;
    readonly limits: GateLimits;
    readonly candidates: readonly CellPlan[];
  },
): StopRule {
  const { loaded, limits, candidates } = gate;
  if (options.baseline === undefined || loaded === undefined) {
    throw usageError(
      about`${asked.sequential} compares completions with a baseline as they come; give ${asked.baseline} RUN or FILE`,
    );
  }
  const { evidence } = loaded;
  refuseOtherMeasures(limits);
  refuseUnfitBaseline(options.baseline, evidence, plan);
  // The run's cells come from its records: the same as the plan's, and yet other objects.
  const ids = new Set(candidates.map(({ id }) => id));
  return {
    certain: (cell, judged) => {
      const verdict = ids.has(cell.id)
        ? certainVerdict({
            reference: evidence.counts,
            candidate: judged,
            samples: 1,
            limits,
            cells: ids.size,
          })
        : undefined;
      const { name, recordsSha256 } = evidence;
      return verdict === undefined
        ? undefined
        : { verdict, limits, baseline: { name, recordsSha256 } };
    },
  };
}

function refuseOtherMeasures(limits: GateLimits): void {
  const named = LIMITS.filter(({ isOnMore }) => isOnMore(limits)).map(({ flag }) => flag);
  if (named.length > 0) {
    throw usageError(
      about`${asked.sequential}: ${named.join(' and ')} cannot be decided by a run that stops early; leave out ${asked.sequential}`,
    );
  }
}

function refuseUnfitBaseline(
  text: string,
  evidence: LoadedReference['evidence'],
  plan: Plan,
): void {
  const { taskIds, sha256, total } = plan.dataset;
  const isWhole = taskIds.length === total && evidence.counts.size === total;
  if (evidence.dataset.sha256 !== sha256 || !isWhole) {
    throw usageError(
      about`${asked.baseline} ${text} and this run do not have all of the same tasks: ${evidence.counts.size} in the baseline, ${taskIds.length} of ${total} in this run; ${asked.sequential} needs whole data sets`,
    );
  }
  const sampled = plan.cells.find((cell) => modeOfCell(cell).draws);
  const drawn = evidence.cell !== undefined && modeOfCell(evidence.cell).draws;
  if (sampled !== undefined || drawn || evidence.samples !== 1) {
    throw usageError(
      about`${asked.sequential}: ${sampled?.id ?? evidence.id} draws several samples a task; ${asked.sequential} needs one completion a task`,
    );
  }
}

/** Formats in which a decision may stand behind the report; of another, stdout holds one document. */
const FOLLOWING: readonly ReportFormat[] = ['terminal', 'md', 'github'];

/**
 * Decides on a finished run: prints the decision, or writes it as gate.json where the report's format
 * lets nothing stand behind it.
 */
export async function gateFinishedRun(
  folder: string,
  options: HumanevalOptions,
  host: Host,
): Promise<Outcome> {
  const decision = await runGate(folder, options, {
    cwd: host.cwd,
    ruled: () => Promise.resolve([]),
  });
  const format = options.json ? 'json' : options.format;
  if (!FOLLOWING.includes(format)) {
    const { text } = await render(renditionOfGate(decision), 'json');
    await writeOutput(join(folder, 'gate.json'), text);
  } else {
    const { text, ...rest } = await render(renditionOfGate(decision), format);
    await deliver(host, { ...rest, text: `\n${text}` }, undefined);
  }
  return gateOutcome(decision, options.allowInconclusive, host);
}
