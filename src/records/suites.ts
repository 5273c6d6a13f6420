import { z } from 'zod';
import { gateReportSchema } from './gate.ts';
import { gateVerdictSchema } from './gate-verdict.ts';
import { compareReportSchema } from './comparison.ts';
import { dryRunSchema } from './dry-run.ts';
import { baselineSchema } from './baseline.ts';
import { sha256Schema } from './model.ts';
import { reportSchema } from './report.ts';
import { fingerprintSchema } from './fingerprint.ts';

/** The suites of one command, each a run of its own in a folder within the command's. */
export const suitesPlanSchema = z.object({
  suites: z.array(z.object({ name: z.string(), folder: z.string() })).min(2),
});
export type SuitesPlan = z.infer<typeof suitesPlanSchema>;

/** All that stands in a folder of several suites, beside the runs in it. */
export const suitesHeaderSchema = z.object({
  version: z.literal(2),
  kind: z.literal('suites'),
  evalkit: z.string(),
  planHash: sha256Schema,
  plan: suitesPlanSchema,
  fingerprint: fingerprintSchema,
  startedAt: z.iso.datetime(),
});
export type SuitesHeader = z.infer<typeof suitesHeaderSchema>;

/** What is said of each suite of a run, by its name, in the run's order. */
function bySuite<T extends z.ZodType>(item: T) {
  return z.object({
    version: z.literal(1),
    kind: z.literal('suites'),
    suites: z.record(z.string(), item),
  });
}

/** What `evalkit report --json` prints of several suites. */
export const suitesReportSchema = bySuite(reportSchema);
export type SuitesReport = z.infer<typeof suitesReportSchema>;

/** What `evalkit compare --json` prints of several suites; p values are adjusted over all of them. */
export const suitesComparisonSchema = bySuite(compareReportSchema);
export type SuitesComparison = z.infer<typeof suitesComparisonSchema>;

/** What `evalkit gate --json` prints of several suites; p values are adjusted over all of them. */
export const suitesGateSchema = bySuite(gateReportSchema).extend({
  /** The worst of the suites'. */
  verdict: gateVerdictSchema,
});
export type SuitesGate = z.infer<typeof suitesGateSchema>;

/** What `evalkit humaneval --dry-run --json` prints of several suites. */
export const suitesDryRunSchema = bySuite(dryRunSchema);
export type SuitesDryRun = z.infer<typeof suitesDryRunSchema>;

/** A file of `evalkit baseline write` of several suites: each suite's baseline by its name. */
export const suitesBaselineSchema = z.object({
  kind: z.literal('evalkit-baselines'),
  version: z.literal(2),
  suites: z.record(z.string(), baselineSchema),
});
export type SuitesBaseline = z.infer<typeof suitesBaselineSchema>;
