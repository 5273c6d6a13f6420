import type { LlamaModel, Token } from 'node-llama-cpp';
import type { StopReason } from '../../../records/completion.ts';
import type { CompletionText } from '../../text/completion-text.ts';

export interface Growing {
  readonly model: LlamaModel;
  /** Takes the tokens. */
  readonly completion: CompletionText;
  /** Called with each token of the completion as soon as it is certain. */
  readonly onToken: (token: Token) => void;
}

/** Adds chosen tokens to a completion until it ends. */
export function addAll(
  { model, completion, onToken }: Growing,
  tokens: readonly Token[],
): StopReason | undefined {
  for (const token of tokens) {
    if (model.isEogToken(token)) {
      completion.end();
      return 'end-token';
    }
    onToken(token);
    const stopReason = completion.add(token);
    if (stopReason !== undefined) {
      return stopReason;
    }
  }
  return undefined;
}

/** How many of the guesses are what was chosen, before the first wrong one. */
export function commonPrefix(guesses: readonly Token[], chosen: readonly Token[]): number {
  const wrong = guesses.findIndex((guess, index) => guess !== chosen[index]);
  return wrong < 0 ? guesses.length : wrong;
}
