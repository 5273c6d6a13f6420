import { declareOptions } from '../../options/option.ts';
import { listOfDistinct, oneOf, text } from '../../options/value-types.ts';

const GROUP = 'Servers';

const access = declareOptions(GROUP, {
  apiKeyFile: {
    type: text,
    help: 'File with the key that servers of --model ask for (also EVALKIT_API_KEY)',
    reads: true,
  },
});

/** What is said of models that servers hold, by what for. */
export const httpOptions = {
  completions: {
    ...access,
    ...declareOptions(GROUP, {
      thinking: {
        type: listOfDistinct(oneOf(['on', 'off', 'default'])),
        help: 'Whether served models think before they answer; each value makes a cell',
        default: ['default'],
      },
    }),
  },
  benchmark: access,
  scores: access,
};
