import { z } from 'zod';
import { fingerprintSchema } from './fingerprint.ts';
import { sha256Json } from './hash.ts';

/** Which part of a run a folder holds: shard `index`, from 1, of `of`. */
export const shardSchema = z.object({ index: z.int().positive(), of: z.int().positive() });
export type Shard = z.infer<typeof shardSchema>;

/** A shard that a run was merged from: where and when it was made, and what its verdicts drew from. */
export const mergedShardSchema = z.object({
  /** Absent for a folder that was no shard. */
  shard: shardSchema.optional(),
  evalkit: z.string(),
  fingerprint: fingerprintSchema,
  startedAt: z.iso.datetime(),
  testSeed: z.string().optional(),
});
export type MergedShard = z.infer<typeof mergedShardSchema>;

/** What a run's first record says of its being a part, or of the parts that it came from. */
export const partsOfRunSchema = z.object({
  /** Present where it is a part of a run. */
  shard: shardSchema.optional(),
  /** What it was merged from; times are then sums over machines, and no elapsed time. */
  merged: z.array(mergedShardSchema).optional(),
});

/** What may be a shard: a first record, or what is made of one. */
export interface MaybeShard {
  readonly shard?: Shard | undefined;
}

/** As `shard 2/4`. */
export function shardText({ index, of }: Shard): string {
  return `shard ${index}/${of}`;
}

/** 48 bits: the most whole bytes that a number holds exactly. */
const HASH_DIGITS = 12;

/**
 * Whether a run does a task: a whole run does all, and of shards the one that the hash of the task's id
 * names, so that a task stays in its shard when others are added.
 */
export function hasTask({ shard }: MaybeShard, taskId: string): boolean {
  return shard === undefined || shardOfTask(taskId, shard.of) === shard.index;
}

/** The number of a task's shard, from 1, of so many. */
export function shardOfTask(taskId: string, of: number): number {
  return (Number.parseInt(sha256Json({ task: taskId }).slice(0, HASH_DIGITS), 16) % of) + 1;
}

/** Whether a run scores a unit of text: shards take them in turn. */
export function hasUnit({ shard }: MaybeShard, unit: number): boolean {
  return shard === undefined || (unit % shard.of) + 1 === shard.index;
}

/** Why a shard has no figure of the whole run. */
export function noFigureOf(shard: Shard): { readonly notRun: string } {
  return { notRun: `${shardText(shard)} is no whole run: evalkit merge puts the shards together` };
}
