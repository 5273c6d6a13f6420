import { z } from 'zod';
import { baselineSchema } from '../../src/records/baseline.ts';
import { benchReportSchema } from '../../src/records/bench.ts';
import { benchComparisonSchema } from '../../src/records/bench-comparison.ts';
import { taskReportSchema } from '../../src/records/task-report.ts';
import { compareReportSchema } from '../../src/records/comparison.ts';
import { doctorReportSchema } from '../../src/records/doctor-report.ts';
import { dryRunSchema } from '../../src/records/dry-run.ts';
import { environmentListSchema } from '../../src/records/environment-list.ts';
import { gateReportSchema } from '../../src/records/gate.ts';
import { judgeReportSchema } from '../../src/records/judge-report.ts';
import { modelFilesSchema, modelListSchema } from '../../src/records/models-report.ts';
import { perplexityHeaderSchema, perplexityMissedSchema } from '../../src/records/perplexity.ts';
import { perplexityComparisonSchema } from '../../src/records/perplexity-comparison.ts';
import { perplexityGateSchema } from '../../src/records/perplexity-gate.ts';
import { perplexityRunReportSchema } from '../../src/records/perplexity-report.ts';
import { reportSchema } from '../../src/records/report.ts';
import { resultLineSchema } from '../../src/records/sample-line.ts';
import {
  suitesBaselineSchema,
  suitesComparisonSchema,
  suitesDryRunSchema,
  suitesGateSchema,
  suitesReportSchema,
} from '../../src/records/suites.ts';
import { commandOf, KINDS } from '../../src/store/kinds.ts';

/** A form that is written down: its file's name without `.json`, and what it is of. */
interface Form {
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

const REPORTS: readonly Form[] = [
  { name: 'report.humaneval', title: 'report.json of evalkit humaneval', schema: reportSchema },
  { name: 'report.judge', title: 'report.json of evalkit judge', schema: judgeReportSchema },
  { name: 'report.bench', title: 'report.json of evalkit bench', schema: benchReportSchema },
  {
    name: 'report.perplexity',
    title: 'report.json of evalkit perplexity',
    schema: perplexityRunReportSchema,
  },
  { name: 'compare', title: 'evalkit compare --json', schema: compareReportSchema },
  {
    name: 'compare.bench',
    title: 'evalkit compare --json of a grid',
    schema: benchComparisonSchema,
  },
  {
    name: 'compare.perplexity',
    title: 'evalkit compare --json of scores',
    schema: perplexityComparisonSchema,
  },
  { name: 'gate', title: 'evalkit gate --json', schema: gateReportSchema },
  {
    name: 'gate.perplexity',
    title: 'evalkit gate --json of scores',
    schema: perplexityGateSchema,
  },
  {
    name: 'report.suites',
    title: 'report.json of evalkit humaneval with several suites',
    schema: suitesReportSchema,
  },
  {
    name: 'compare.suites',
    title: 'evalkit compare --json of several suites',
    schema: suitesComparisonSchema,
  },
  { name: 'gate.suites', title: 'evalkit gate --json of several suites', schema: suitesGateSchema },
  {
    name: 'dry-run.suites',
    title: 'evalkit humaneval --dry-run --json of several suites',
    schema: suitesDryRunSchema,
  },
  {
    name: 'baseline.suites',
    title: 'A file of evalkit baseline write of several suites',
    schema: suitesBaselineSchema,
  },
  { name: 'show', title: 'evalkit show --json', schema: taskReportSchema },
  { name: 'dry-run', title: 'evalkit humaneval --dry-run --json', schema: dryRunSchema },
  { name: 'doctor', title: 'evalkit doctor --json', schema: doctorReportSchema },
  {
    name: 'engine-list',
    title: 'evalkit engine list --json and evalkit engine install --json',
    schema: environmentListSchema,
  },
  { name: 'models-list', title: 'evalkit models --json', schema: modelListSchema },
  {
    name: 'model-files',
    title: 'evalkit models pull --json and evalkit quantize --json',
    schema: modelFilesSchema,
  },
  { name: 'baseline', title: 'A file of evalkit baseline write', schema: baselineSchema },
  {
    name: 'result-line',
    title: 'A line of the results of evalkit judge',
    schema: resultLineSchema,
  },
  {
    name: 'perplexity',
    title: 'perplexity.json in a run of evalkit humaneval',
    schema: z.union([perplexityHeaderSchema, perplexityMissedSchema]),
  },
];

/** run.json of each kind of run, and a line of each of its files. */
const RECORDS: readonly Form[] = Object.values(KINDS).flatMap(({ name, header, files }) => [
  { name: `run.${name}`, title: titleOf(name), schema: header },
  ...Object.values(files).map(({ file, schema }) => ({
    name: `${name}.${file.replace('.jsonl', '')}`,
    title: `A line of ${file} of evalkit ${name}`,
    schema,
  })),
]);

function titleOf(kind: keyof typeof KINDS): string {
  const command = commandOf(KINDS[kind]);
  return `run.json of evalkit ${command}${command === kind ? '' : ` (${kind})`}`;
}

/** The JSON schemas of all that is written down for others to read, by their paths. */
export function jsonSchemas(): [path: string, content: string][] {
  return [...REPORTS, ...RECORDS].map(({ name, title, schema }) => {
    // A later version may add a field: what is not named here is no error.
    const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input' });
    const content = JSON.stringify({ $schema, title, ...body }, null, 2);
    return [`docs/schemas/${name}.json`, `${content}\n`];
  });
}
