const PROTECTION = 'what confines samples comes from the command line alone';

/**
 * What a config file must not say, in any section, and why: a file comes along with the code that is
 * measured, and whoever runs evalkit on it has not agreed to less protection or to losing results.
 */
export const FLAG_ONLY: Readonly<Record<string, string>> = {
  sandbox: PROTECTION,
  python: PROTECTION,
  allowPackage: PROTECTION,
  timeout: PROTECTION,
  memoryMib: PROTECTION,
  answerMib: PROTECTION,
  fresh: 'what erases results comes from the command line alone',
};
