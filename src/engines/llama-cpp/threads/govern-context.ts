import type { LlamaContext } from 'node-llama-cpp';
import type { ThreadGovernor } from './governor.ts';
import { hasLoneDeepToken, type Part } from './lone-token.ts';

/** What node-llama-cpp 3.22.1 has for a context in its native part, as far as it is used here. */
interface NativeContext {
  initBatch(tokens: number): void;
  addToBatch(...part: [number, number, Uint32Array, Uint32Array]): unknown;
  decodeBatch(): Promise<void>;
  setThreads(threads: number): void;
}

export interface Governing {
  readonly governor: ThreadGovernor;
  /** Which model computes. */
  readonly of: string;
  /** Threads for passes whose floats depend on them. */
  readonly fixed: number;
}

/**
 * Has a governor choose the threads of each of a context's passes, and tells it what they took. There is
 * no public way to change them. A pass whose floats depend on the thread count keeps the one that the
 * model was opened with: what comes out is the same on a busy machine.
 */
export function governContext(context: LlamaContext, { governor, of, fixed }: Governing): void {
  // The members are there in this very version, which is pinned, and a test holds what they do.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { _ctx: native } = context as unknown as { readonly _ctx: NativeContext };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const original = Object.getPrototypeOf(native) as NativeContext;
  let parts: Part[] = [];
  const watched: Omit<NativeContext, 'setThreads'> = {
    initBatch: (count) => {
      parts = [];
      original.initBatch.call(native, count);
    },
    addToBatch: (...part) => {
      const [sequence, first, { length: tokens }] = part;
      parts.push({ sequence, first, tokens });
      return original.addToBatch.apply(native, part);
    },
    decodeBatch: async () => {
      const isFixed = governor.keepsFloats && hasLoneDeepToken(parts);
      native.setThreads(isFixed ? fixed : governor.threads);
      const start = performance.now();
      await original.decodeBatch.call(native);
      if (!isFixed) {
        const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
        governor.passed({ of, tokens, ms: performance.now() - start });
      }
    },
  };
  // It would set the count that the context was made with before each pass.
  Object.defineProperty(context, '_reserveThreads', { value: () => {} });
  for (const [name, value] of Object.entries(watched)) {
    // The prototype's own are read-only.
    Object.defineProperty(native, name, { value });
  }
}
