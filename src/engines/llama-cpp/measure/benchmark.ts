import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';
import type { BenchmarkShape, MemoryNeed } from '../../capabilities.ts';
import { promptsOf } from '../../fixed-lengths.ts';
import { createBatchContext, placeInBatch, refuseShift } from '../decode/batch-context.ts';
import type { ContextSource } from '../decode/context.ts';
import { memoryNeed, modelShape } from '../memory/memory-need.ts';

export interface BenchmarkJob extends Omit<BenchmarkShape, 'prompt'> {
  /** What every sequence reads, of `promptTokens` tokens; `undefined`: made-up tokens. */
  readonly prompt: readonly Token[] | undefined;
  readonly contextSize: number;
  /** Called before each pass over the weights. */
  readonly onPass: () => void;
}

export interface BenchmarkTimes {
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly memory: MemoryNeed | undefined;
}

/** One prefill of all sequences and `newTokens` passes with one token of each, after a warm-up. */
export async function benchmark(source: ContextSource, job: BenchmarkJob): Promise<BenchmarkTimes> {
  await using context = await createBatchContext(source, {
    ...job,
    // node-llama-cpp keeps one place free, or it would shift the context.
    contextSize: job.contextSize + 1,
  });
  const { tokens: vocabulary } = source.model.fileInfo.metadata.tokenizer.ggml;
  // The type is a number that marks itself as a token.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const prompts = promptsOf(job, job.prompt, vocabulary.length) as Token[][];
  const sequences = prompts.map(() =>
    context.getSequence({ contextShift: { strategy: refuseShift } }),
  );
  await warmUp(context, sequences, prompts);
  const completions = sequences.map((sequence, number) =>
    sequence.evaluate(prompts[number] ?? [], {
      temperature: 0,
      yieldEogToken: true,
      evaluationPriority: placeInBatch(number),
    }),
  );
  /** All completions together, so that each pass serves every sequence. */
  const step = () => Promise.all(completions.map((completion) => completion.next()));
  const start = performance.now();
  await step();
  const decodeStart = performance.now();
  for (let pass = 0; pass < job.newTokens; pass += 1) {
    await step();
  }
  const end = performance.now();
  await Promise.all(completions.map((completion) => completion.return()));
  const { fileInfo, fileInsights } = source.model;
  const shape = modelShape(fileInfo, fileInsights);
  return {
    prefillMs: decodeStart - start,
    decodeMs: end - decodeStart,
    memory: shape && memoryNeed(shape, { ...source.context, ...job }),
  };
}

/** What is done once a context, as reserving memory for its computations, is not timed. */
async function warmUp(
  context: LlamaContext,
  sequences: readonly LlamaContextSequence[],
  prompts: readonly Token[][],
): Promise<void> {
  const share = Math.max(1, Math.floor(context.batchSize / sequences.length));
  await Promise.all(
    sequences.map(async (sequence, number) => {
      const evaluationPriority = placeInBatch(number);
      const start = prompts[number]?.slice(0, share) ?? [];
      await sequence.evaluateWithoutGeneratingNewTokens(start, { evaluationPriority });
      await sequence.clearHistory();
    }),
  );
}
