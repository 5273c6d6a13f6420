import { parseInputsTasks } from '../python-functions/inputs-lines.ts';
import { PYTHON_FUNCTIONS } from '../python-functions/rules.ts';
import { PLACE } from '../prompt.ts';
import type { KnownCompletion, Suite } from '../suite.ts';
import { withoutLeftOut } from './left-out.ts';
import { rulesOf } from './rules.ts';

/**
 * Where a continuation of a bare prompt stops, which is a docstring alone: at the next docstring, at
 * the first assertion and where a script begins, as in EvalPlus 0.3.1; at a fence, and at the token
 * with which code models begin the next file.
 */
const RAW_STOPS = [
  '\n"""',
  '\nassert',
  '\nif __name__',
  '\ndef main(',
  '\nprint(',
  '\n```',
  '<file_sep>',
];

const { raw, chat } = PYTHON_FUNCTIONS.prompts;

/**
 * EvalPlus's MBPP+: 378 functions that are described in a sentence and an assertion (Austin et al.
 * 2021, arXiv:2108.07732), with many more inputs (Liu et al. 2023, arXiv:2305.01210).
 */
export const MBPP_PLUS: Suite = {
  ...PYTHON_FUNCTIONS,
  name: 'mbpp+',
  title: 'MBPP+',
  version: '0.2.0',
  data: {
    fileName: 'MbppPlus.jsonl.gz',
    sha256: 'af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63',
    textSha256: 'b54e762755248ca411b523c917fa9f93c07b5ff2966bf60b3917b853926a3dad',
    url: 'https://github.com/evalplus/mbppplus_release/releases/download/v0.2.0/MbppPlus.jsonl.gz',
  },
  parse: (bytes, name) => parseInputsTasks(bytes, name, rulesOf).map(withoutLeftOut),
  takesOwnData: false,
  mark: 'assertion',
  prompts: {
    raw: { ...raw, stops: RAW_STOPS },
    chat: {
      ...chat,
      wording: 'evalkit-mbpp-chat-1',
      instruction: `Write the Python function that this text asks for and that passes its assertion. Answer with the whole function, imports included, in one Python code block.\n\n\`\`\`python\n${PLACE}\n\`\`\``,
    },
  },
  parts: ['base', 'plus'],
  knownCompletions,
};

/** The canonical solution bare and fenced, and a function that is whole, since a body alone never is. */
function knownCompletions(task: Parameters<Suite['knownCompletions']>[0]): KnownCompletion[] {
  return [
    ...PYTHON_FUNCTIONS.knownCompletions(task).filter(({ passes }) => passes),
    {
      style: { mode: 'raw' },
      text: `def ${task.entryPoint}(*_):\n    return None\n`,
      passes: false,
    },
  ];
}
