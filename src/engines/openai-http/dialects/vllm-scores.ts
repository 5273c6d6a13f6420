import { z } from 'zod';
import type { ScoreWindow, WindowScores } from '../../scoring.ts';
import { ServerTrouble } from '../trouble.ts';
import type { Scoring } from './dialect.ts';

const entrySchema = z.record(
  z.string(),
  z.object({ logprob: z.number(), rank: z.int().nullish() }),
);

const answerSchema = z.object({
  choices: z.tuple([z.object({ prompt_logprobs: z.array(entrySchema.nullable()) })]),
});

type Entry = z.infer<typeof entrySchema>;

/**
 * Log-probabilities of a prompt's tokens by vLLM's `prompt_logprobs`: at each place the token's own, and those of
 * the likeliest. Natural logarithms of the softmax over all tokens, before any sampling setting.
 */
export const vllmScoring: Scoring = {
  question: ({ tokens, follow }, { model, top }) => ({
    path: 'completions',
    body: {
      model,
      prompt: tokens,
      max_tokens: 1,
      temperature: 0,
      prompt_logprobs: Math.max(1, top, ...(follow ?? []).map((ids) => ids.length)),
    },
  }),
  read: (answer, window, top) => {
    const places = answerSchema.parse(answer).choices[0].prompt_logprobs;
    if (places.length !== window.tokens.length) {
      throw new ServerTrouble(
        'refused',
        `gave log-probabilities of ${places.length} tokens where ${window.tokens.length} were asked for`,
      );
    }
    return scoresOf(window, top, places);
  },
};

function scoresOf(
  { id, tokens, scoreFrom, follow }: ScoreWindow,
  top: number,
  places: readonly (Entry | null)[],
): WindowScores {
  const scored = tokens.slice(scoreFrom).map((token, index) => {
    const entry = places[scoreFrom + index] ?? {};
    return { entry, logProb: logProbOf(entry, token), likeliest: likeliestOf(entry), index };
  });
  const wanted = scored.map(({ entry, index }) => follow?.[index] ?? likeliestIds(entry, top));
  const isAsked = follow !== undefined || top > 0;
  return {
    id,
    logProbs: scored.map(({ logProb }) => logProb),
    likeliest: scored.map(({ likeliest }) => likeliest),
    ...(isAsked
      ? {
          distributions: {
            ids: wanted,
            logProbs: scored.map(({ entry }, index) =>
              (wanted[index] ?? []).map((token) => logProbOf(entry, token)),
            ),
          },
        }
      : {}),
  };
}

function logProbOf(entry: Entry, token: number): number {
  const found = entry[String(token)];
  if (found === undefined) {
    throw new ServerTrouble(
      'refused',
      `does not tell how likely token ${token} is where it is not among the likeliest; KL divergence needs that: measure the perplexity alone`,
    );
  }
  return found.logprob;
}

function likeliestOf(entry: Entry): number {
  return likeliestIds(entry, 1)[0] ?? -1;
}

function likeliestIds(entry: Entry, count: number): number[] {
  return Object.entries(entry)
    .toSorted(([, one], [, other]) => other.logprob - one.logprob)
    .slice(0, count)
    .map(([token]) => Number(token));
}
