import type { StopReason } from '../../../records/completion.ts';
import type { TimedResult } from '../../capabilities.ts';
import type { GenerationRequest, GenerationResult } from '../../generation.ts';
import { beginningOf } from '../../stop.ts';
import type { CompletionText } from '../../text/completion-text.ts';
import type { RenderedPrompt } from './render.ts';

/** A completion of llama.cpp's: its tokens and its rendered prompt are always known. */
export type LlamaResult = GenerationResult & {
  readonly promptTokens: number;
  readonly renderedSha256: string;
  readonly tokens: readonly number[];
};

/** The same with its times; what the process took is known outside. */
export type LlamaTimed = LlamaResult & Omit<TimedResult, 'peakRssBytes' | 'cpuMs'>;

/** What is asked, and as the model sees it. */
export interface Item {
  readonly request: GenerationRequest;
  readonly prompt: RenderedPrompt;
}

/** A completion that has ended. */
export function resultOf(
  { request, prompt }: Item,
  completion: CompletionText,
  stopReason: StopReason,
): LlamaResult {
  return {
    id: request.id,
    text: completion.text,
    stopReason,
    renderedSha256: prompt.sha256,
    promptTokens: prompt.tokens.length,
    tokens: completion.tokens,
    ...beginningOf(request.stop, prompt.end),
  };
}
