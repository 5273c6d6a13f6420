import type { TimedResult } from '../../capabilities.ts';
import type { GenerationResult } from '../../generation.ts';

/** A completion of llama.cpp's: its tokens and its rendered prompt are always known. */
export type LlamaResult = GenerationResult & {
  readonly promptTokens: number;
  readonly renderedSha256: string;
  readonly tokens: readonly number[];
};

/** The same with its times; what the process took is known outside. */
export type LlamaTimed = LlamaResult & Omit<TimedResult, 'peakRssBytes' | 'cpuMs'>;
