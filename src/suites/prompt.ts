import { about } from '../options/message.ts';
import { usageError } from '../records/error.ts';
import type { ModelRecord } from '../records/model.ts';
import type { PromptStyle, StopRule } from '../records/plan.ts';
import type { Prompt } from '../records/prompt.ts';
import type { Task } from '../records/task.ts';
import type { PromptRules, Suite } from './suite.ts';

/** Stands in an instruction where the task's prompt goes. */
export const PLACE = '{{prompt}}';

/** Token cap of a completion where neither suite nor user say another. */
export const DEFAULT_MAX_TOKENS = { raw: 512, chat: 1024 } as const;

export interface PromptOptions {
  readonly mode: 'auto' | 'raw' | 'chat';
  /** The user's own instruction, with `{{prompt}}` where the task goes. */
  readonly instruction: string | undefined;
  readonly system: string | undefined;
}

/** Decides how a model is asked. Throws a usage error for contradictory options. */
export function choosePromptStyle(
  model: ModelRecord,
  options: PromptOptions,
  { chat }: PromptRules,
): PromptStyle {
  const mode = options.mode === 'auto' ? (model.instruct ? 'chat' : 'raw') : options.mode;
  if (mode === 'raw') {
    refuseChatOptions(options, `${model.base}:${model.quantization}`);
    return { mode: 'raw' };
  }
  if (options.instruction !== undefined) {
    checkInstruction(options.instruction);
  }
  const own = options.instruction;
  const { wording, instruction, answerPrefix } = chat;
  return {
    mode: 'chat',
    ...(own === undefined
      ? { wording, instruction, answerPrefix }
      : { wording: 'custom', instruction: own, answerPrefix: '' }),
    ...(options.system === undefined ? {} : { system: options.system }),
  };
}

/** Throws a usage error for a user's wording that has no place for the task. */
export function checkInstruction(text: string): void {
  if (!text.includes(PLACE)) {
    throw usageError(
      about`${{ name: 'instruction' }}: the text has no ${PLACE}, which the task replaces; add it`,
    );
  }
}

/** The stopping rule that belongs to a way of asking. */
export function stopRuleFor(
  style: PromptStyle,
  { prompts, extraction }: Pick<Suite, 'prompts' | 'extraction'>,
): StopRule {
  return style.mode === 'raw'
    ? { kind: 'sequences', sequences: [...prompts.raw.stops] }
    : extraction.stop(style.answerPrefix.trimStart().startsWith('```'));
}

/** A prompt with the beginning of its completion, as the model sees it when it goes on. */
export function withBeginning(prompt: Prompt, text: string): Prompt {
  return prompt.kind === 'text'
    ? { kind: 'text', text: prompt.text + text }
    : { ...prompt, answerPrefix: prompt.answerPrefix + text };
}

/** A task as the model is asked. The task's own text is never stripped. */
export function renderPrompt(task: Pick<Task, 'prompt'>, style: PromptStyle): Prompt {
  if (style.mode === 'raw') {
    return { kind: 'text', text: task.prompt };
  }
  return {
    kind: 'chat',
    system: style.system,
    // A function, since `$&` and the like in a task's text mean nothing here.
    user: style.instruction.replace(PLACE, () => task.prompt.trimEnd()),
    answerPrefix: style.answerPrefix,
  };
}

/** Throws a usage error for what only a chat prompt has, of a model that is asked raw. */
export function refuseChatOptions(
  options: Pick<PromptOptions, 'instruction' | 'system'>,
  model: string,
): void {
  for (const name of ['instruction', 'system'] as const) {
    if (options[name] !== undefined) {
      throw usageError(
        about`${{ name }} is for chat prompts, and ${model} is asked raw; add ${{ name: 'prompt' }} chat, or leave it out`,
      );
    }
  }
}
