import { z } from 'zod';

/** Who judges: a language's grader, and all of it that can change a verdict. */
const graderSchema = z.object({
  /** Of the language, as the table of graders has it. */
  name: z.string(),
  version: z.string(),
  level: z.string(),
  /** What runs the samples, in words, as `Python 3.11.2`. */
  runtime: z.string(),
  /** What else of it can change a verdict; the grader alone knows what each entry means. */
  identity: z.record(z.string(), z.json()),
});

/** What a sample may take. */
export const gradingLimitsSchema = z.object({
  timeoutMs: z.int().positive(),
  memoryBytes: z.int().positive(),
  answerBytes: z.int().positive(),
});

/** How verdicts are reached. */
export const gradingSchema = z.object({
  grader: graderSchema,
  /** Version of the rules by which code is taken out of a completion. */
  extraction: z.string(),
  limits: gradingLimitsSchema,
});
export type Grading = z.infer<typeof gradingSchema>;

/** Stands for the grader in a run that nothing has been judged of, on a machine that judges nothing. */
const NO_GRADER: Grading['grader'] = {
  name: 'none yet',
  version: 'not judged yet',
  level: 'none yet',
  runtime: 'no runtime yet',
  identity: {},
};

/** How verdicts are reached where another machine will say: it changes with the first verdict. */
export function ungraded({ extraction, limits }: Pick<Grading, 'extraction' | 'limits'>): Grading {
  return { grader: NO_GRADER, extraction, limits };
}

/** Whether a run waits for the machine that judges it. */
export function isUngraded({ grader }: Pick<Grading, 'grader'>): boolean {
  return grader.name === NO_GRADER.name;
}
