import { z } from 'zod';

/** Stands where a figure would, with the reason why there is none. */
export const notRunSchema = z.object({ notRun: z.string() });
