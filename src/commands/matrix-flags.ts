import { flag, text } from './flags.ts';

/** The flags that say how tokens are chosen. */
export const DECODE_FLAGS = {
  decode: text('How tokens are chosen, a list: greedy, sample, assisted, lookup (default greedy)'),
  temperature: text('sample: temperature (default 0.2)'),
  'top-p': text('sample: share of probability that is drawn from (default 0.95)'),
  'top-k': text('sample: likeliest tokens that are drawn from (default 0: all)'),
  samples: text('sample: answers a task (default 20)'),
  seed: text('sample: what the draws start from (default 0)'),
  k: text('sample: which pass@k (default 1,10,100, as samples allow)'),
  draft: text('assisted: the model that drafts, as an item of --model (default: the catalogue)'),
  'max-draft': text('assisted, lookup: most tokens drafted at once (default 8, at most 64)'),
};

/** The flags of the latency pass. */
export const LATENCY_FLAGS = {
  latency: flag('Time answers one by one after the quality pass (default; --no-latency: do not)'),
  'latency-tasks': text('How many tasks are timed, or all (default 16)'),
  'latency-repeats': text('How often each of them is timed (default 3)'),
};
