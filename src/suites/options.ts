import { z } from 'zod';
import { tokenCount } from '../engines/options.ts';
import { declareOptions } from '../options/option.ts';
import { oneOf, positiveInteger, text } from '../options/value-types.ts';
import { DEFAULT_SUITE } from './index.ts';

const { prompts } = DEFAULT_SUITE;

/** Of the wording of chats. */
const CHAT = { option: 'prompt', isNot: 'raw' } as const;

/** Which tasks are asked, and how. */
export const taskOptions = declareOptions('Tasks and prompts', {
  tasks: { type: text, help: 'Which tasks, as 0-9,HumanEval/17', defaultText: 'all' },
  limit: { type: positiveInteger, alias: 'n', help: 'Only the first N of the tasks' },
  suite: {
    type: text,
    help: 'The suite of tasks, or the path of your own (suite.yaml)',
    defaultText: DEFAULT_SUITE.name,
  },
  data: { type: text, help: "The suite's file (also EVALKIT_DATA)", reads: true },
  prompt: {
    type: oneOf(['auto', 'raw', 'chat']),
    help: 'How the model is asked',
    default: 'auto',
  },
  instruction: {
    type: text,
    help: 'File with your own chat wording; {{prompt}} stands for the task',
    needs: CHAT,
    reads: true,
  },
  system: { type: z.string(), help: 'System message for chat prompts', needs: CHAT },
  maxTokens: {
    type: tokenCount,
    help: 'Maximum number of tokens of a completion',
    defaultText: `${prompts.raw.maxTokens} raw, ${prompts.chat.maxTokens} chat`,
  },
});
