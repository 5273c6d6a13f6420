import { declareOptions } from '../../options/option.ts';
import { listOf, text } from '../../options/value-types.ts';
import { PROTECTION } from '../grader.ts';

/** The options of this grader alone. */
export const pythonOptions = declareOptions('Judging', {
  python: {
    type: text,
    help: 'The Python that runs the samples',
    defaultText: 'the python3 on the path',
    flagOnly: PROTECTION,
  },
  allowPackage: {
    type: listOf(text),
    help: 'Packages that samples may import besides the standard library',
    default: [],
    flagOnly: PROTECTION,
  },
});
