import { z } from 'zod';
import { draftCostsSchema } from './draft-costs.ts';
import { loadAuditSchema } from './load-audit.ts';
import { draftCountsSchema } from './draft-counts.ts';
import { sha256Schema } from './model.ts';
import { threadUseSchema } from './thread-use.ts';

/** Why a completion ended. */
export const stopReasonSchema = z.enum(['end-token', 'stop-sequence', 'fence', 'max-tokens']);
export type StopReason = z.infer<typeof stopReasonSchema>;

/** One completion of a model for one task; written once, never changed. */
export const completionSchema = z.object({
  version: z.literal(1),
  key: sha256Schema,
  cell: z.string(),
  taskId: z.string(),
  sample: z.int().nonnegative(),
  /** sha256 of the rendered prompt, template and all; absent: the engine does not show it. */
  renderedSha256: sha256Schema.optional(),
  /** The completion as generated, without what a stop sequence cut off. */
  text: z.string(),
  /** What the model thought, where a server keeps it apart from the text. */
  reasoning: z.string().optional(),
  stopReason: stopReasonSchema,
  /** Absent: the engine does not show tokens. */
  promptTokens: z.int().nonnegative().optional(),
  /** Ids of the generated tokens; absent: the engine does not give them. */
  tokens: z.array(z.int()).optional(),
  /** What the model was given ended in an open thought, which the text continues. */
  inThought: z.literal(true).optional(),
  /** The suite of the same command that it was generated for: it asks the same in the same words. */
  takenFrom: z.string().optional(),
  /** What was drafted for it; absent where the mode drafts nothing. */
  draft: draftCountsSchema.optional(),
  /** How much of a reference's completion was checked for it; absent where it was decoded token by token. */
  replay: draftCountsSchema.optional(),
});
export type Completion = z.infer<typeof completionSchema>;

/** A draft model's loading, and the process's resident set before it and after its first use. */
const draftLoadSchema = z.object({
  loadMs: z.number().nonnegative(),
  rssBeforeBytes: z.int().nonnegative(),
  rssAfterBytes: z.int().nonnegative(),
});

/**
 * What one engine process did for one cell; a resumed cell has several. The line is written anew with
 * each completion, so that a session that is cut short leaves what it did up to its last one.
 */
export const engineSessionSchema = z.object({
  version: z.literal(1),
  /** Tells it from the other sessions of the run; of two lines of one session the later one counts. */
  session: z.int().nonnegative().optional(),
  /** In a merged run: which shard it was of, so that times of several machines can be told apart. */
  shard: z.int().positive().optional(),
  /** Cut short, or still at work: it ends with its last completion. */
  isOpen: z.literal(true).optional(),
  /** `latency`: what the warm-up found; the timings themselves are other records. */
  pass: z.enum(['quality', 'latency']).default('quality'),
  /** What the latency pass interleaved within one repeat. */
  interleaved: z.enum(['cells', 'cells of a model']).optional(),
  cell: z.string(),
  loadMs: z.number().nonnegative(),
  /** Wall time of generation, loading left out. */
  wallMs: z.number().nonnegative(),
  completions: z.int().nonnegative(),
  /** Both absent where the engine does not show tokens. */
  promptTokens: z.int().nonnegative().optional(),
  newTokens: z.int().nonnegative().optional(),
  /** Tokens that a sequence could hold; absent where the engine decides. */
  contextSize: z.int().positive().optional(),
  /** Share of all cores that other processes used meanwhile, 0 to 1; absent where unknown. */
  othersCpuShare: z.number().min(0).max(1).optional(),
  /** Those below are of the engine's own process; absent: it has none on this machine. */
  peakRssBytes: z.int().nonnegative().optional(),
  threads: z.int().positive().optional(),
  threadsChosenBy: z.string().optional(),
  /** Where more than one thread count computed: for how long each did. */
  threadUse: z.array(threadUseSchema).optional(),
  backend: z.string().optional(),
  systemInfo: z.string().optional(),
  /** What loading came to; absent: the engine takes weights as they are. */
  audit: loadAuditSchema.optional(),
  /** Of the draft model, where the cell has one. */
  draft: draftLoadSchema.optional(),
  /**
   * With drafts: what decided how much was drafted; a session that continues the cell is given it.
   */
  draftCosts: draftCostsSchema.optional(),
});
export type EngineSessionRecord = z.infer<typeof engineSessionSchema>;
