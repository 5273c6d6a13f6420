import { declareOptions } from '../../options/option.ts';
import { flag, positiveInteger, text } from '../../options/value-types.ts';

/** The data set that perplexity is measured on by default: 49,626 rows of Python. */
export const DEFAULT_DATASET = 'flytech/python-codes-25k';

/** The options that choose the text of perplexity. */
export const textOptions = declareOptions('Perplexity', {
  kl: { type: flag, help: 'Also measure KL divergence from the reference', default: false },
  pplData: {
    type: text,
    help: 'Text for perplexity: .jsonl, .json, .parquet or .txt (also EVALKIT_PPL_DATA)',
    defaultText: DEFAULT_DATASET,
  },
  field: { type: text, help: 'Which field of a row is scored', default: 'text' },
  rows: { type: positiveInteger, help: 'How many rows are scored, from the first', default: 512 },
});
