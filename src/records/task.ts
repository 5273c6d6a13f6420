import { z } from 'zod';

/** One problem, in the form of OpenAI's HumanEval file. */
export const taskSchema = z.object({
  taskId: z.string().min(1),
  /** Imports, helpers, signature and docstring: the start of the program. */
  prompt: z.string().min(1),
  /** The name that `check` receives. */
  entryPoint: z.string().min(1),
  canonicalSolution: z.string(),
  /** Source that defines `check(candidate)`. */
  test: z.string().min(1),
});
export type Task = z.infer<typeof taskSchema>;
