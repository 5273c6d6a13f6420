import { z } from 'zod';
import { loadAuditSchema } from './load-audit.ts';
import { threadUseSchema } from './thread-use.ts';

/** How a cell's completions were made. Throughput of many sequences at once: no latency figure. */
export const generationReportSchema = z.object({
  /**
   * New tokens a second over all sequences, prompts and gaps included. This and the counts are absent
   * where the engine does not show tokens.
   */
  tokensPerSecond: z.number().optional(),
  newTokens: z.int().optional(),
  promptTokens: z.int().optional(),
  /** Milliseconds, loading left out; summed over the sessions. */
  wallMs: z.number(),
  /** Milliseconds of the last session's loading. */
  loadMs: z.number(),
  parallel: z.int(),
  /** Absent where the engine does not tell. */
  peakRssBytes: z.int().optional(),
  contextSize: z.int().optional(),
  threads: z.int().optional(),
  threadsChosenBy: z.string().optional(),
  /** Where more than one thread count computed: for how long each did, the most used first. */
  threadUse: z.array(threadUseSchema).optional(),
  /** Mean share of all cores that other processes used meanwhile; absent where unknown. */
  othersCpuShare: z.number().optional(),
  backend: z.string().optional(),
  systemInfo: z.string().optional(),
  /** What loading came to, in the last session; absent: the engine takes weights as they are. */
  audit: loadAuditSchema.optional(),
  /** Engine processes that it took, several for a resumed run: the figures are their sums. */
  sessions: z.int().positive(),
  /** Cut short, their time counted up to their last completion. */
  interrupted: z.int().positive().optional(),
  /** Present where the sessions' records do not account for all completions: what the sums are of. */
  covers: z.object({ completions: z.int().nonnegative(), of: z.int().positive() }).optional(),
});
