import { declareOptions } from '../options/option.ts';
import { listOf, oneOf, positiveInteger, text } from '../options/value-types.ts';
import { DEFAULT_LIMITS } from './grader.ts';

const MEBIBYTE = 1024 ** 2;

/** What weakens the protection never lies in a file that came with the code. */
const PROTECTION = 'what confines samples comes from the command line alone';

/** The options of everything that judges. */
export const sandboxOptions = declareOptions('Judging', {
  sandbox: {
    type: oneOf(['auto', 'l3', 'l2', 'unsafe']),
    help: 'How confined samples are',
    default: 'auto',
    flagOnly: PROTECTION,
  },
  python: {
    type: text,
    help: 'The Python that runs the samples',
    defaultText: 'the python3 on the path',
    flagOnly: PROTECTION,
  },
  allowPackage: {
    type: listOf(text),
    help: 'Packages that samples may import besides the standard library',
    default: [],
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

function usual(limit: number): string {
  return `${limit}, unless the suite needs another`;
}
