import { z } from 'zod';
import { tokenCount } from '../engines/options.ts';
import { about } from '../options/message.ts';
import { declareOptions, type Options } from '../options/option.ts';
import { listOfDistinct, oneOf, positiveInteger, text, texts } from '../options/value-types.ts';
import { usageError } from '../records/error.ts';
import { DEFAULT_SUITE } from './index.ts';

const { prompts } = DEFAULT_SUITE;

/** Of the wording of chats. */
const CHAT = { option: 'prompt', isNot: 'raw' } as const;

/** Which tasks are asked, and how. */
export const taskOptions = declareOptions('Tasks and prompts', {
  tasks: { type: text, help: 'Which tasks, as 0-9,HumanEval/17', defaultText: 'all' },
  sample: {
    type: positiveInteger,
    help: 'N of the tasks, drawn at random by --seed: the same for all cells and every run',
  },
  limit: {
    type: positiveInteger,
    alias: 'n',
    help: 'Only the first N of the tasks: no sample of the set, and easier than it; see --sample',
  },
  suite: {
    type: listOfDistinct(text),
    help: 'The suites of tasks, as humaneval,humaneval+, or the path of your own (suite.yaml)',
    defaultText: DEFAULT_SUITE.name,
  },
  data: {
    type: texts,
    help: "The suite's file (also EVALKIT_DATA); may be repeated, one for each of several suites",
    reads: true,
  },
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

/** A suite's file, where a command looks at one suite alone. */
export const dataOption = declareOptions('Tasks and prompts', {
  data: { type: text, help: "The suite's file (also EVALKIT_DATA)", reads: true },
});

/** Throws a usage error for two ways at once of taking a part of the tasks. */
export function checkTaskOptions({
  sample,
  limit,
}: Pick<Options<typeof taskOptions>, 'sample' | 'limit'>): void {
  if (sample !== undefined && limit !== undefined) {
    throw usageError(
      about`${taskOptions.sample} ${sample} draws tasks at random and ${taskOptions.limit} ${limit} takes the first; leave one of them out`,
    );
  }
}
