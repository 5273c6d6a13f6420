import { z } from 'zod';

/** One statement at the top of a text, as far as the text alone says. */
const statementSchema = z.object({
  /** Which stretch of the text it is in: between them stands what is no program. */
  run: z.int().nonnegative(),
  /** Its first line, from 0, and the one behind its last. */
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  /** Characters by which its run is indented. */
  indent: z.int().nonnegative(),
  /**
   * - `future`: belongs at the very top of a program; `import`, `definition`, `assignment`;
   * - `setting`: changes how all later code runs, as a limit or a seed;
   * - `main`: is there for the text when it is run as a program; `idle`: does nothing.
   */
  kind: z.enum([
    'future',
    'import',
    'definition',
    'assignment',
    'setting',
    'main',
    'idle',
    'other',
  ]),
  /** Names that it gives a value, or a function with a body. */
  defines: z.array(z.string()),
  /** Functions without a body. */
  stubs: z.array(z.string()),
  /** Methods of a class that is made without arguments. */
  methods: z.array(z.string()),
  /** Names of things that it changes in place. */
  touches: z.array(z.string()),
  /** Names that it mentions. */
  uses: z.array(z.string()),
  /** Whether it gives a value back, and so belongs into a function. */
  returns: z.boolean(),
});
export type Statement = z.infer<typeof statementSchema>;

export const outlineSchema = z.object({
  /** False where only runs of its lines are a program. */
  isWhole: z.boolean(),
  /** In the text's order. */
  statements: z.array(statementSchema),
});

/** Which statements a text holds. */
export type Outline = z.infer<typeof outlineSchema>;

/** Outlines, one a text; word that the parser found none; or of a failure that is not the texts'. */
export type Outlining =
  | { readonly kind: 'outlines'; readonly outlines: readonly Outline[] }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'infrastructure'; readonly detail: string };
