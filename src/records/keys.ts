import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BenchCell, BenchPlan } from './bench.ts';
import type { CellPlan, Decode, Grading, Plan } from './plan.ts';
import type { Task } from './task.ts';

/** sha256 of a text's UTF-8 bytes, in hexadecimal. */
export function sha256Text(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** sha256 of a value's canonical JSON (RFC 8785), in hexadecimal. */
export function sha256Json(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) {
    throw new TypeError('a value without a JSON form has no hash');
  }
  return sha256Text(text);
}

/** The identity of a run: the hash of its plan. */
export function planHash(plan: Plan | BenchPlan): string {
  return sha256Json(plan);
}

/**
 * The key of one completion: everything that is meant to decide it. The chat template needs no part
 * of its own, since it lies in the model file, whose sha256 is in the key.
 */
export function completionKey(cell: CellPlan, task: Task, sample: number): string {
  const { decode } = cell;
  return sha256Json({
    version: 1,
    model: cell.model.file.sha256,
    draft: decode.mode === 'assisted' ? decode.draft.file.sha256 : null,
    task: sha256Text(task.prompt),
    prompt: cell.prompt,
    sample,
    stop: cell.stop,
    maxTokens: cell.maxTokens,
    decode: keyOf(decode),
    seed: cell.seed,
    engine: cell.engine,
    settings: cell.settings,
  });
}

/**
 * What of a decoding mode decides one answer: not how many others there are, and of a draft only its
 * bytes, which the key names apart.
 */
function keyOf(decode: Decode): unknown {
  switch (decode.mode) {
    case 'greedy':
    case 'lookup':
      return decode;
    case 'sample': {
      const { samples: _, ...rest } = decode;
      return rest;
    }
    case 'assisted': {
      const { draft: _, ...rest } = decode;
      return rest;
    }
  }
}

/** The key of one cell of a grid: what decides its time, the machine left out. */
export function benchKey(plan: BenchPlan, cell: BenchCell): string {
  const { engine, warmup, repeats, threads, memoryBytes } = plan;
  return sha256Json({
    version: 1,
    model: cell.model.file.sha256,
    work: cell.work,
    settings: cell.settings,
    common: { engine, warmup, repeats, threads, memoryBytes },
  });
}

/** The key of one verdict: what was run, against what, by which rules. */
export function verdictKey(options: {
  readonly completionText: string;
  readonly cell: CellPlan;
  readonly task: Task;
  readonly grading: Grading;
}): string {
  const { completionText, cell, task, grading } = options;
  return sha256Json({
    version: 1,
    completion: sha256Text(completionText),
    prompt: cell.prompt,
    task: sha256Json(task),
    grading,
  });
}
