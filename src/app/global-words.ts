/** What the options of every command are for; apart, since the help needs no more of them. */
export const GLOBAL_WORDS = {
  config: {
    help: 'Config file; --no-config reads none',
    defaultText: 'evalkit.config.yaml',
  },
  debug: { help: 'Show a stack trace with an error' },
} as const;

/** What a newcomer does first: a minute of work each. */
export const FIRST_LOOK =
  'evalkit doctor, then evalkit humaneval --limit 5 --no-latency --no-perplexity';
