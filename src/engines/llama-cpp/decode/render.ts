import { JinjaTemplateChatWrapper, LlamaText, type LlamaModel, type Token } from 'node-llama-cpp';
import { EvalkitError, usageError } from '../../../records/error.ts';
import { sha256Text } from '../../../records/hash.ts';
import type { Prompt } from '../../../records/prompt.ts';
import type { Detokenizer } from '../../text/detokenizer.ts';

type ChatPrompt = Extract<Prompt, { kind: 'chat' }>;

/** Characters; what opens a thought is shorter. */
const SHOWN_END = 100;

/** A prompt as the model sees it. */
export interface RenderedPrompt {
  readonly tokens: Token[];
  /** sha256 of the text of `tokens`, control tokens by their names. */
  readonly sha256: string;
  /** The end of that text. */
  readonly end: string;
}

/** Makes tokens of prompts; text that comes from outside never becomes a control token. */
export class PromptRenderer {
  readonly #model: LlamaModel;
  readonly #detokenizer: Detokenizer;
  #wrapper: JinjaTemplateChatWrapper | undefined;

  constructor(model: LlamaModel, detokenizer: Detokenizer) {
    this.#model = model;
    this.#detokenizer = detokenizer;
  }

  /** Throws a usage error for a chat prompt that the model's template cannot render. */
  render(prompt: Prompt): RenderedPrompt {
    const tokens =
      prompt.kind === 'text' ? this.#model.tokenize(prompt.text) : this.#tokenizeChat(prompt);
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) {
      tokens.unshift(bos);
    }
    const text = this.#detokenizer.textWithControls(tokens);
    return { tokens, sha256: sha256Text(text), end: text.slice(-SHOWN_END) };
  }

  #tokenizeChat(prompt: ChatPrompt): Token[] {
    const wrapper = (this.#wrapper ??= this.#makeWrapper());
    try {
      const state = wrapper.generateContextState({
        chatHistory: [
          ...(prompt.system === undefined
            ? []
            : [{ type: 'system', text: prompt.system } as const]),
          { type: 'user', text: prompt.user },
        ],
      });
      if (state.transformedSystemMessagesToUserMessages) {
        throw usageError(
          "the model's chat template has no place for a system message; leave out --system, or put its text into --instruction",
        );
      }
      return LlamaText([state.contextText, prompt.answerPrefix]).tokenize(this.#model.tokenizer);
    } catch (error) {
      throw error instanceof EvalkitError ? error : templateError(error);
    }
  }

  #makeWrapper(): JinjaTemplateChatWrapper {
    const template = chatTemplate(this.#model);
    if (template === undefined) {
      throw usageError('the model has no chat template; use --prompt raw, or a model that has one');
    }
    try {
      return new JinjaTemplateChatWrapper({
        template,
        tokenizer: this.#model.tokenizer,
        // As apply_chat_template of transformers does: up to the head of the assistant's answer.
        additionalRenderParameters: { add_generation_prompt: true },
        // What the template does by itself, not what node-llama-cpp would ask it to do.
        reasoning: null,
        functionCallMessageTemplate: 'noJinja',
      });
    } catch (error) {
      throw templateError(error);
    }
  }
}

/** The model's own chat template, where it has one. */
export function chatTemplate(model: LlamaModel): string | undefined {
  return model.fileInfo.metadata.tokenizer.chat_template;
}

function templateError(cause: unknown): EvalkitError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return usageError(
    `the model's chat template cannot render the prompt: ${words}; use --prompt raw`,
    cause,
  );
}
