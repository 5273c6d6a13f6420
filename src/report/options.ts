import { declareOptions } from '../options/option.ts';
import { flag, oneOf, text } from '../options/value-types.ts';

/** What `--format` takes wherever a report is printed. */
export const REPORT_FORMATS = [
  'terminal',
  'md',
  'json',
  'junit',
  'csv',
  'github',
  'html',
  'badge',
  'shields',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What it takes where a command prints a list or a finding that is no report. */
const LISTING_FORMATS = ['terminal', 'json'] as const;

/** The same words in every command: `--format`, and its JSON in short; `--output` takes what is printed. */
const FORMAT = {
  help: 'How to print the result',
  default: 'terminal',
  needs: { option: 'json', unset: true },
} as const;

const SHARED = {
  output: {
    type: text,
    help: 'Write what is printed to this file instead of stdout',
    writes: 'file',
  },
  json: { type: flag, help: 'The same as --format json', default: false },
} as const;

/** How a command prints its report. */
export const formatOptions = declareOptions('Output', {
  format: { type: oneOf(REPORT_FORMATS), ...FORMAT },
  ...SHARED,
});

/** How a command prints what is no report. */
export const listingOptions = declareOptions('Output', {
  format: { type: oneOf(LISTING_FORMATS), ...FORMAT },
  ...SHARED,
});
