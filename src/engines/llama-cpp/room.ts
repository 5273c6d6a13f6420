import type {
  LlamaContext,
  LlamaContextOptions,
  LlamaContextSequence,
  LlamaModel,
} from 'node-llama-cpp';
import { refuseShift } from './batch-context.ts';

/** A context with a single sequence. */
export class Room implements AsyncDisposable {
  readonly contextSize: number;
  readonly sequence: LlamaContextSequence;
  readonly #context: LlamaContext;

  private constructor(context: LlamaContext, contextSize: number) {
    this.#context = context;
    this.contextSize = contextSize;
    this.sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
  }

  static async create(
    model: LlamaModel,
    options: LlamaContextOptions & { readonly contextSize: number },
  ): Promise<Room> {
    // A smaller context than was asked for would be another measurement.
    const context = await model.createContext({
      ...options,
      sequences: 1,
      failedCreationRemedy: false,
    });
    return new Room(context, options.contextSize);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.dispose();
  }
}
