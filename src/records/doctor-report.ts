import { z } from 'zod';

/**
 * One thing that was looked at. `failed`: the main job cannot run on this machine; `absent`: what some
 * jobs need is not here.
 */
const checkSchema = z.object({
  name: z.string(),
  status: z.enum(['ok', 'absent', 'warning', 'failed']),
  detail: z.string(),
});
export type Check = z.infer<typeof checkSchema>;

/** What `evalkit doctor` found: what `--json` prints. */
export const doctorReportSchema = z.object({
  version: z.literal(1),
  evalkit: z.string(),
  checks: z.array(checkSchema),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
