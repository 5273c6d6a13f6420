import { z } from 'zod';

/** What may be said of a candidate and a limit. */
export const gateVerdictSchema = z.enum(['pass', 'fail', 'inconclusive']);
export type GateVerdict = z.infer<typeof gateVerdictSchema>;
