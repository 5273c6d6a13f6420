import { z } from 'zod';
import { about } from '../options/message.ts';
import { declareOptions } from '../options/option.ts';
import { environmentError, usageError } from '../records/error.ts';
import { type MaybeShard, type Shard, shardText } from '../records/shard.ts';

/** More shards than that are a slip of the pen. */
const MOST_SHARDS = 10_000;

const FORM = 'must be i/n, as 2/4 for the second of four shards, or auto';

/** Of everything that a shard of a run can be made of. */
export const shardOption = declareOptions('Run', {
  shard: {
    type: z
      .string({ error: FORM })
      .regex(/^(?:auto|[1-9]\d*\/[1-9]\d*)$/, FORM)
      .refine((text) => text === 'auto' || numbersOf(text).index <= numbersOf(text).of, {
        error: 'is beyond the last shard; shards are counted from 1',
      })
      .refine((text) => text === 'auto' || numbersOf(text).of <= MOST_SHARDS, {
        error: `has more than ${MOST_SHARDS} shards`,
      }),
    help: 'Only shard i of n, as 2/4, for evalkit merge; auto: as Slurm, Kubernetes or GitLab says',
    flagOnly: 'the same file serves all shards',
  },
});

/** A scheduler that starts a command many times, and which of them this one is. */
interface Scheduler {
  /** The variable that tells, and that is looked for. */
  readonly variable: string;
  readonly shard: (env: NodeJS.ProcessEnv) => Shard;
}

const SCHEDULERS: readonly Scheduler[] = [
  { variable: 'SLURM_ARRAY_TASK_ID', shard: slurmShard },
  {
    variable: 'JOB_COMPLETION_INDEX',
    shard: (env) => ({
      index: numberIn(env, 'JOB_COMPLETION_INDEX') + 1,
      // Kubernetes does not tell a pod how many completions its job has.
      of: numberIn(env, 'EVALKIT_SHARDS'),
    }),
  },
  {
    variable: 'CI_NODE_INDEX',
    shard: (env) => ({
      index: numberIn(env, 'CI_NODE_INDEX'),
      of: numberIn(env, 'CI_NODE_TOTAL'),
    }),
  },
];

/**
 * The shard that the option names; `undefined`: the whole run. The environment decides only where the
 * option says so. Throws a usage error where it does not tell.
 */
export function chooseShard(text: string | undefined, env: NodeJS.ProcessEnv): Shard | undefined {
  if (text === undefined) {
    return undefined;
  }
  return text === 'auto' ? shardOfEnvironment(env) : numbersOf(text);
}

/** Throws an environment error for a part of a run where a whole one is needed. */
export function refuseShard(name: string, { shard }: MaybeShard): void {
  if (shard !== undefined) {
    throw environmentError(
      `${name} is ${shardText(shard)}, no whole run; put all ${shard.of} together with evalkit merge, and name what comes of it`,
    );
  }
}

function numbersOf(text: string): Shard {
  const [index, of] = text.split('/').map(Number);
  return { index: index ?? 0, of: of ?? 0 };
}

function shardOfEnvironment(env: NodeJS.ProcessEnv): Shard {
  const [found, ...others] = SCHEDULERS.filter(({ variable }) => isSet(env, variable));
  if (found === undefined) {
    const names = SCHEDULERS.map(({ variable }) => variable).join(', ');
    throw usageError(
      about`${shardOption.shard} auto: none of ${names} is set; say which shard of how many, as ${shardOption.shard} 1/4`,
    );
  }
  if (others[0] !== undefined) {
    throw usageError(
      about`${shardOption.shard} auto: ${found.variable} and ${others[0].variable} are both set; say which shard of how many, as ${shardOption.shard} 1/4`,
    );
  }
  const shard = found.shard(env);
  const { index, of } = shard;
  if (of === 1) {
    throw usageError(
      about`${shardOption.shard} auto: ${found.variable} is that of a single task, which would be all of the run; say which shard of how many it is, as ${shardOption.shard} 3/4, or leave ${shardOption.shard} out`,
    );
  }
  if (index < 1 || index > of || of > MOST_SHARDS) {
    throw usageError(
      about`${shardOption.shard} auto: by ${found.variable} this is shard ${index} of ${of}, which there is not; say which shard of how many, as ${shardOption.shard} 1/4`,
    );
  }
  return shard;
}

/** Arrays begin anywhere and go in steps; one with gaps of different sizes has no number n. */
function slurmShard(env: NodeJS.ProcessEnv): Shard {
  const id = numberIn(env, 'SLURM_ARRAY_TASK_ID');
  const min = numberIn(env, 'SLURM_ARRAY_TASK_MIN');
  const max = numberIn(env, 'SLURM_ARRAY_TASK_MAX');
  const count = numberIn(env, 'SLURM_ARRAY_TASK_COUNT');
  const step = count === 1 ? 1 : (max - min) / (count - 1);
  const place = (id - min) / step;
  if (!Number.isInteger(step) || !Number.isInteger(place)) {
    throw usageError(
      about`${shardOption.shard} auto: the array's ${count} tasks from ${min} to ${max} are not evenly spaced; say which shard of how many, as ${shardOption.shard} 1/4`,
    );
  }
  return { index: place + 1, of: count };
}

function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return (env[name] ?? '') !== '';
}

function numberIn(env: NodeJS.ProcessEnv, name: string): number {
  const text = env[name] ?? '';
  if (!/^\d{1,9}$/.test(text)) {
    const is = text === '' ? 'is not set' : `is ${text}, no number`;
    throw usageError(
      about`${shardOption.shard} auto: ${name} ${is}; set it, or say which shard of how many, as ${shardOption.shard} 1/4`,
    );
  }
  return Number(text);
}
