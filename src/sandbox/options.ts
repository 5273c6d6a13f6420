import { declareOptions } from '../options/option.ts';
import { integerUpTo, integerWithin, oneOf } from '../options/value-types.ts';
import { DEFAULT_LIMITS, PROTECTION } from './grader.ts';
import { graderOptions } from './index.ts';

/** Of a sample's process: the interpreter alone needs about as much. */
export const LEAST_MEMORY_MIB = 32;

const MEBIBYTE = 1024 ** 2;

/** The options of everything that judges, whatever the language. */
const commonOptions = declareOptions('Judging', {
  sandbox: {
    type: oneOf(['auto', 'l3', 'l2', 'unsafe']),
    help: 'How samples are confined',
    default: 'auto',
    flagOnly: PROTECTION,
  },
  workers: {
    type: integerUpTo(256, 'each is several processes'),
    help: 'Samples judged at once',
    defaultText: 'cores',
  },
  timeout: {
    type: integerUpTo(86_400, 'a day'),
    help: 'Seconds of wall time per sample',
    defaultText: usual(DEFAULT_LIMITS.timeoutMs / 1_000),
    flagOnly: PROTECTION,
  },
  memoryMib: {
    // Interpreters of samples start with 12 MiB, and with the modules that judge with 16.
    type: integerWithin({
      least: LEAST_MEMORY_MIB,
      whyLeast: 'since the interpreter alone takes 16',
      most: 1_048_576,
      why: 'more than a process can use',
    }),
    help: "Address space of a sample's process, in MiB",
    defaultText: usual(DEFAULT_LIMITS.memoryBytes / MEBIBYTE),
    flagOnly: PROTECTION,
  },
  answerMib: {
    type: integerUpTo(1_024, 'more than one answer can be passed on with'),
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
