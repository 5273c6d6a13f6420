import { command } from './command.ts';

/** `evalkit perplexity`: scores a text with each model. */
export const perplexity = command({
  name: 'perplexity',
  summary: 'Measure perplexity on a text, and how far each model is from a reference',
  examples: [
    ['--model q8,q4_k_m --kl', 'two models and how far apart they are'],
    ['--model q8 --ppl-data own.jsonl --field code', 'a text of your own'],
    ['--answers RUN --model f16,q4_k_m --kl', 'how far apart they are on what a run answered'],
  ],
  run: async (options, host) =>
    (await import('../app/perplexity/command.ts')).perplexity(options, host),
});
