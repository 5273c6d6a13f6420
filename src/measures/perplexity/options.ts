import { tokenCount } from '../../engines/options.ts';
import { declareOptions } from '../../options/option.ts';
import { flag, oneOf, positiveInteger, text } from '../../options/value-types.ts';

/** The data set that perplexity is measured on by default: 49,626 rows of Python. */
export const DEFAULT_DATASET = 'flytech/python-codes-25k';

/** Long enough for nearly every row of a code data set, short enough for every model. */
export const ROW_WINDOW = 2_048;

/** What llama.cpp's perplexity tool takes by default. */
export const LLAMA_CPP_WINDOW = 512;

/** Of a run that does not measure it. */
const MEASURED = { option: 'perplexity', isNot: false } as const;

/** Nor where answers are the text. */
const OF_A_TEXT = [
  MEASURED,
  { option: 'answers', unset: true, why: 'which are the text' },
] as const;

/** The options that choose the text of perplexity. */
export const textOptions = declareOptions('Perplexity', {
  kl: {
    type: flag,
    help: 'Also measure KL divergence from the reference',
    default: false,
    needs: MEASURED,
  },
  pplData: {
    type: text,
    help: 'Text for perplexity: .jsonl, .json, .parquet or .txt (also EVALKIT_PPL_DATA)',
    defaultText: DEFAULT_DATASET,
    needs: OF_A_TEXT,
    reads: true,
  },
  field: { type: text, help: 'Which field of a row is scored', default: 'text', needs: OF_A_TEXT },
  rows: {
    type: positiveInteger,
    help: 'How many rows are scored, from the first',
    default: 512,
    needs: OF_A_TEXT,
  },
});

/** How a text is cut and scored, and what models are compared with. */
export const windowOptions = declareOptions('Perplexity', {
  reference: {
    type: text,
    help: 'ITEM that the others are compared with',
    defaultText: 'the nearest to the original weights',
  },
  method: {
    type: oneOf(['rows', 'llama-cpp']),
    help: "How a text is scored: each row by itself, or as llama.cpp's own tool does it",
    default: 'rows',
  },
  ctxSize: {
    type: tokenCount,
    alias: 'c',
    help: 'Tokens of a window',
    defaultText: `${ROW_WINDOW}; llama-cpp: ${LLAMA_CPP_WINDOW}`,
  },
  stride: {
    type: tokenCount,
    help: 'How far apart windows of a long row begin',
    defaultText: 'half a window',
    needs: { option: 'method', is: ['rows'], why: 'whose windows do not overlap' },
  },
});
