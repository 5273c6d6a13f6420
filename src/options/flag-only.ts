const PROTECTION = 'what confines samples comes from the command line alone';
const LENIENCE = 'what lets a gate be passed comes from the command line alone';

/**
 * What a config file must not say, in any section, and why: a file comes along with the code that is
 * measured, and whoever runs evalkit on it has not agreed to less protection or to losing results.
 */
export const FLAG_ONLY: ReadonlyMap<string, string> = new Map([
  ['sandbox', PROTECTION],
  ['python', PROTECTION],
  ['allowPackage', PROTECTION],
  ['timeout', PROTECTION],
  ['memoryMib', PROTECTION],
  ['answerMib', PROTECTION],
  ['allowLossyReference', LENIENCE],
  ['allowInconclusive', LENIENCE],
  ['plan', LENIENCE],
  ['baseline', LENIENCE],
  ['fresh', 'what erases results comes from the command line alone'],
]);
