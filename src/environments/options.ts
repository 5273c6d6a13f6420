import { declareOptions } from '../options/option.ts';
import { text } from '../options/value-types.ts';

/** Of every command that an engine of Python's computes in. */
export const enginePythonOption = declareOptions('Engine', {
  enginePython: {
    type: text,
    help: 'A Python of yours with what the engine needs, instead of an environment of evalkit engine install',
    defaultText: 'EVALKIT_ENGINE_PYTHON, or the installed environment',
    flagOnly: 'it names a program that is run',
  },
});
