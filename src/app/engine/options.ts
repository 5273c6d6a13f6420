import { environmentNamed } from '../../environments/environments.ts';
import { enginePythonOption } from '../../environments/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { listOfDistinct, oneOf, text } from '../../options/value-types.ts';
import { listingOptions } from '../../report/options.ts';
import { offlineOption } from '../common-options.ts';

/** What `evalkit engine list` takes. */
export const engineListOptions = commandOptions({
  options: { ...enginePythonOption, ...listingOptions },
});

export type EngineListOptions = OptionsOf<typeof engineListOptions>;

/** What `evalkit engine install` takes. */
export const engineInstallOptions = commandOptions({
  options: {
    ...declareOptions('Engine', {
      environment: {
        type: listOfDistinct(text),
        positional: true,
        required: true,
        help: 'Python environments, by the names of evalkit engine list',
      },
      python: {
        type: text,
        help: 'The Python that makes them, 3.11 to 3.14',
        default: 'python3',
      },
      build: {
        type: oneOf(['cpu', 'cuda']),
        help: "torch's build",
        defaultText: "CUDA's where there is a card, else the CPU's where pip finds it",
      },
    }),
    ...offlineOption,
    ...listingOptions,
  },
  check: ({ environment }) => {
    environment.forEach(environmentNamed);
  },
});

/** The options of `evalkit engine install`, checked, with defaults in place. */
export type EngineInstallOptions = OptionsOf<typeof engineInstallOptions>;
