import { declareOptions } from '../options/option.ts';
import { oneOf, positiveInteger } from '../options/value-types.ts';
import { DEFAULT_LIMITS, PROTECTION } from './grader.ts';
import { graderOptions } from './index.ts';

const MEBIBYTE = 1024 ** 2;

/** The options of everything that judges, whatever the language. */
const commonOptions = declareOptions('Judging', {
  sandbox: {
    type: oneOf(['auto', 'l3', 'l2', 'unsafe']),
    help: 'How samples are confined',
    default: 'auto',
    flagOnly: PROTECTION,
  },
  workers: { type: positiveInteger, help: 'Samples judged at once', defaultText: 'cores' },
  timeout: {
    type: positiveInteger,
    help: 'Seconds of wall time per sample',
    defaultText: usual(DEFAULT_LIMITS.timeoutMs / 1_000),
    flagOnly: PROTECTION,
  },
  memoryMib: {
    type: positiveInteger,
    help: "Address space of a sample's process, in MiB",
    defaultText: usual(DEFAULT_LIMITS.memoryBytes / MEBIBYTE),
    flagOnly: PROTECTION,
  },
  answerMib: {
    type: positiveInteger,
    help: 'Longest answer to one call, in MiB',
    defaultText: usual(DEFAULT_LIMITS.answerBytes / MEBIBYTE),
    flagOnly: PROTECTION,
  },
});

/** The options of everything that judges. */
export const sandboxOptions = { ...commonOptions, ...graderOptions };

function usual(limit: number): string {
  return `${limit}, unless the suite needs another`;
}
