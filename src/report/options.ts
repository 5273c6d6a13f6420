import { declareOptions } from '../options/option.ts';
import { flag, oneOf, text } from '../options/value-types.ts';

/** What `--format` takes wherever a report is printed. */
export const REPORT_FORMATS = ['terminal', 'md', 'json', 'junit', 'csv', 'github'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** How a command prints its report. */
export const formatOptions = declareOptions('Output', {
  format: { type: oneOf(REPORT_FORMATS), help: 'How to print the result', default: 'terminal' },
  output: { type: text, help: 'Write it to this file instead of stdout', writes: 'file' },
  json: { type: flag, help: 'The same as --format json', default: false },
});
