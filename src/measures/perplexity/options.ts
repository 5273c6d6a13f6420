import { declareOptions } from '../../options/option.ts';
import { flag, oneOf, positiveInteger, text } from '../../options/value-types.ts';

/** The data set that perplexity is measured on by default: 49,626 rows of Python. */
export const DEFAULT_DATASET = 'flytech/python-codes-25k';

/** Long enough for nearly every row of a code data set, short enough for every model. */
export const ROW_WINDOW = 2_048;

/** What llama.cpp's perplexity tool takes by default. */
export const LLAMA_CPP_WINDOW = 512;

/** The options that choose the text of perplexity. */
export const textOptions = declareOptions('Perplexity', {
  kl: { type: flag, help: 'Also measure KL divergence from the reference', default: false },
  pplData: {
    type: text,
    help: 'Text for perplexity: .jsonl, .json, .parquet or .txt (also EVALKIT_PPL_DATA)',
    defaultText: DEFAULT_DATASET,
    reads: true,
  },
  field: { type: text, help: 'Which field of a row is scored', default: 'text' },
  rows: { type: positiveInteger, help: 'How many rows are scored, from the first', default: 512 },
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
    type: positiveInteger,
    alias: 'c',
    help: 'Tokens of a window',
    defaultText: `${ROW_WINDOW}; llama-cpp: ${LLAMA_CPP_WINDOW}`,
  },
  stride: {
    type: positiveInteger,
    help: 'How far apart windows of a long row begin',
    defaultText: 'half a window',
  },
});
