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
