import type { LlamaContext, LlamaContextSequence } from 'node-llama-cpp';
import { refuseShift } from './batch-context.ts';
import { type ContextSource, createContext } from './context.ts';

/** A context with a single sequence. */
export class SoloContext implements AsyncDisposable {
  readonly contextSize: number;
  readonly sequence: LlamaContextSequence;
  readonly #context: LlamaContext;

  private constructor(context: LlamaContext, contextSize: number) {
    this.#context = context;
    this.contextSize = contextSize;
    this.sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
  }

  /** Throws as `createContext` does. */
  static async create(source: ContextSource, contextSize: number): Promise<SoloContext> {
    return new SoloContext(await createContext(source, { contextSize, sequences: 1 }), contextSize);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.dispose();
  }
}
