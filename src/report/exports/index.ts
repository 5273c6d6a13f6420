import type { Export } from './export.ts';
import { toLmEval } from './lm-eval.ts';

/** The tools whose files a run can be written in. */
export const EXPORTS = { 'lm-eval': toLmEval } as const satisfies Readonly<Record<string, Export>>;

/** Their names, as `--to` takes them. */
export const EXPORT_NAMES = ['lm-eval'] as const satisfies readonly (keyof typeof EXPORTS)[];
