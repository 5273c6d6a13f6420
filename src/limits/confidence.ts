import { marginSchema } from '../records/gate-limits.ts';
import { defineLimit } from './limit.ts';
import { typedShare } from './typed-values.ts';

/** How surely others must be shown: a parameter of theirs, against which nothing is held by itself. */
export const confidence = defineLimit({
  name: 'confidence',
  schema: marginSchema.shape.confidence,
  standard: 0.95,
  standardText: '0.95',
  help: 'Confidence level of each one-sided bound',
  typed: typedShare('%', 0.5, 'must be a confidence level from 0.5 to below 1; write 0.95 or 95%'),
  looser: 'smaller',
});
