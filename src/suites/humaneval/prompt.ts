import type { ModelRecord } from '../../records/model.ts';
import type { PromptStyle, StopRule } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { Prompt } from '../../engines/engine.ts';
import { usageError } from '../../records/error.ts';

/** Stands in an instruction where the task's prompt goes. */
const PLACE = '{{prompt}}';

/** Our own wording of the chat message; a changed text gets a new name. */
const CHAT_WORDING = {
  wording: 'evalkit-chat-1',
  instruction: `Complete the following Python function. Answer with the whole function, imports included, in one Python code block.\n\n\`\`\`python\n${PLACE}\n\`\`\``,
  answerPrefix: '',
};

/**
 * Where a continuation of a bare prompt stops: OpenAI's list for HumanEval (`\nclass`, `\ndef`,
 * `\n#`, `\nif`, `\nprint`; Chen et al. 2021, arXiv:2107.03374, section 2), widened by decorators,
 * a fence, and the token with which code models begin the next file.
 */
const RAW_STOPS = ['\nclass', '\ndef', '\n#', '\n@', '\nif', '\nprint', '\n```', '<file_sep>'];

/** Token cap of an answer where the user names none. */
export const DEFAULT_MAX_TOKENS = { raw: 512, chat: 1024 } as const;

export interface PromptOptions {
  readonly mode: 'auto' | 'raw' | 'chat';
  /** The user's own instruction, with `{{prompt}}` where the task goes. */
  readonly instruction: string | undefined;
  readonly system: string | undefined;
}

/** Decides how a model is asked. Throws a usage error for contradictory options. */
export function choosePromptStyle(model: ModelRecord, options: PromptOptions): PromptStyle {
  const mode = options.mode === 'auto' ? (model.instruct ? 'chat' : 'raw') : options.mode;
  if (mode === 'raw') {
    refuseChatOptions(options);
    return { mode: 'raw' };
  }
  if (options.instruction !== undefined && !options.instruction.includes(PLACE)) {
    throw usageError(`--instruction: the text has no ${PLACE}, where the task is to stand; add it`);
  }
  const own = options.instruction;
  return {
    mode: 'chat',
    ...(own === undefined
      ? CHAT_WORDING
      : { wording: 'custom', instruction: own, answerPrefix: '' }),
    ...(options.system === undefined ? {} : { system: options.system }),
  };
}

/** The stopping rule that belongs to a way of asking. */
export function stopRuleFor(style: PromptStyle): StopRule {
  return style.mode === 'raw'
    ? { kind: 'sequences', sequences: RAW_STOPS }
    : { kind: 'fence', open: style.answerPrefix.trimStart().startsWith('```') };
}

/** A task as the model is asked. The task's own text is never stripped. */
export function renderPrompt(task: Task, style: PromptStyle): Prompt {
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

function refuseChatOptions(options: PromptOptions): void {
  for (const name of ['instruction', 'system'] as const) {
    if (options[name] !== undefined) {
      throw usageError(
        `--${name} is for chat prompts and this model is asked raw; add --prompt chat, or leave it out`,
      );
    }
  }
}
