import { enginePythonOption } from '../../environments/options.ts';
import { declareOptions } from '../../options/option.ts';
import { flag, listOfDistinct, oneOf, text } from '../../options/value-types.ts';
import { ATTENTIONS } from './settings.ts';
import { DEVICES } from './variants.ts';

const GROUP = 'Engine torch';

const attention = oneOf(ATTENTIONS);

const loading = {
  ...enginePythonOption,
  ...declareOptions(GROUP, {
    device: { type: oneOf(DEVICES), help: 'What torch computes on', default: 'cpu' },
    calibration: {
      type: text,
      reads: true,
      help: 'The text that static quantizations look at: a .jsonl (prompt or text) or any text',
      defaultText: 'none; variants that need one say so',
    },
    trustRemoteCode: {
      type: flag,
      help: "Run the Python code that a model's folder brings along",
      default: false,
      flagOnly: 'the code that is run may come along with it',
    },
  }),
};

/** What torch is told, by what for. */
export const torchOptions = {
  completions: {
    ...loading,
    ...declareOptions(GROUP, {
      attention: {
        type: listOfDistinct(attention),
        help: 'What computes attention; each makes a cell',
        default: ['sdpa'],
      },
    }),
  },
  benchmark: {
    ...loading,
    ...declareOptions(GROUP, {
      attention: {
        type: listOfDistinct(attention),
        help: 'What computes attention; eager,flash also gives the speed-up',
        default: ['sdpa'],
      },
    }),
  },
  scores: {
    ...loading,
    ...declareOptions(GROUP, {
      attention: { type: attention, help: 'What computes attention', default: 'sdpa' },
    }),
  },
};
