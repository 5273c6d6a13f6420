import type { Task } from '../../records/task.ts';
import type { PromptStyle } from '../../records/plan.ts';
import { DEFAULT_MAX_TOKENS, PLACE } from '../prompt.ts';
import type { KnownCompletion, Suite } from '../suite.ts';
import { PYTHON } from '../reading/python.ts';
import { readingOf } from '../reading/reading.ts';

/**
 * Where a continuation of a bare prompt stops: OpenAI's list for functions in Python (`\nclass`,
 * `\ndef`, `\n#`, `\nif`, `\nprint`; Chen et al. 2021, arXiv:2107.03374, section 2), widened by
 * decorators, a fence, and the token with which code models begin the next file.
 */
const RAW_STOPS = ['\nclass', '\ndef', '\n#', '\n@', '\nif', '\nprint', '\n```', '<file_sep>'];

/** What suites have in common whose tasks are a function of Python to be completed. */
export const PYTHON_FUNCTIONS = {
  language: 'python',
  prompts: {
    raw: { stops: RAW_STOPS, maxTokens: DEFAULT_MAX_TOKENS.raw },
    chat: {
      wording: 'evalkit-chat-1',
      instruction: `Complete the following Python function. Answer with the whole function, imports included, in one Python code block.\n\n\`\`\`python\n${PLACE}\n\`\`\``,
      answerPrefix: '',
      maxTokens: DEFAULT_MAX_TOKENS.chat,
    },
  },
  extraction: readingOf(PYTHON),
  knownCompletions,
} as const satisfies Partial<Suite>;

/** A chat style whose wording does not matter: only completions are read. */
const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'self-test',
  instruction: PLACE,
  answerPrefix: '',
};

/** The canonical solution as a raw body and as a fenced one, and a function that returns nothing. */
function knownCompletions({ canonicalSolution }: Task): KnownCompletion[] {
  return [
    { style: { mode: 'raw' }, text: canonicalSolution, passes: true },
    { style: CHAT, text: `\`\`\`python\n${canonicalSolution}\n\`\`\``, passes: true },
    { style: { mode: 'raw' }, text: '    return None\n', passes: false },
  ];
}
