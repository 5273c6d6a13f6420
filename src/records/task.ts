import { z } from 'zod';

/**
 * Turns what JSON can say of an argument into what Python is to be called with, at one path.
 *
 * - `tuple`, `float`, `complex`: what the built-in of that name makes of it.
 * - `deep-tuple`: a tuple, and so every list within.
 */
const conversionSchema = z.object({
  /** Indexes from the argument list on, joined by dots; `*` is every item, or value of an object. */
  at: z.string().regex(/^(?:\d+|\*)(?:\.(?:\d+|\*))*$/),
  to: z.enum(['tuple', 'deep-tuple', 'float', 'complex']),
});
export type Conversion = z.infer<typeof conversionSchema>;

const inputsTestSchema = z.object({
  kind: z.literal('inputs'),
  /** A whole program that defines the entry point and is right; expected values come from it. */
  reference: z.string().min(1),
  /** By part of the test, as `base` and `plus`: a JSON text, a list of argument lists. */
  inputs: z.record(z.string(), z.string()),
  /** Applied to each argument list in this order. */
  conversions: z.array(conversionSchema).optional(),
  /** The greatest absolute difference of two numbers that are held to be equal. */
  atol: z.number().nonnegative(),
  /** Name of the way in which the grader compares an answer with the expected value. */
  comparison: z.string().min(1),
});
export type InputsTest = z.infer<typeof inputsTestSchema>;

/**
 * How a task's test is expressed.
 *
 * - `check`: source that defines `check(candidate)`, which is called with the entry point.
 * - `inputs`: argument lists, held against what a reference solution gives for them.
 * - `program`: a whole test program, run with the entry point bound.
 */
const taskTestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('check'), source: z.string().min(1) }),
  inputsTestSchema,
  z.object({ kind: z.literal('program'), source: z.string().min(1) }),
]);

/** One problem, whatever suite it is from. */
export const taskSchema = z.object({
  taskId: z.string().min(1),
  /** Imports, helpers, signature and docstring: the start of the program. */
  prompt: z.string().min(1),
  /** The name that the test calls. */
  entryPoint: z.string().min(1),
  /** Continues the prompt; passes the test. */
  canonicalSolution: z.string(),
  test: taskTestSchema,
});
export type Task = z.infer<typeof taskSchema>;
