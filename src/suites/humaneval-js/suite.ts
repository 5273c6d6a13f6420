import { DEFAULT_MAX_TOKENS, PLACE } from '../prompt.ts';
import { JAVASCRIPT } from '../reading/javascript.ts';
import type { KnownCompletion, Suite } from '../suite.ts';
import { parseProgramTasks } from './tasks.ts';

/**
 * Where a continuation of a bare prompt stops, which has closed its function by then: at the next
 * thing that begins a line, at a fence, and at the token with which code models begin the next file.
 */
const RAW_STOPS = [
  '\n//',
  '\n/*',
  '\nconst ',
  '\nlet ',
  '\nvar ',
  '\nfunction',
  '\nasync ',
  '\nclass ',
  '\nconsole',
  '\nmodule',
  '\nexport',
  '\n#',
  '\n```',
  '<file_sep>',
];

/**
 * HumanEval-X's translation of HumanEval into JavaScript (Zheng et al. 2023, arXiv:2303.17568), as it
 * stands in CodeGeeX's repository at the commit of the version.
 */
export const HUMANEVAL_JS: Suite = {
  name: 'humaneval-js',
  title: 'HumanEval-X JavaScript',
  // The data's commit, and the count of our repairs.
  version: '2838420-repaired-2',
  language: 'javascript',
  data: {
    fileName: 'humaneval-x-js.jsonl.gz',
    sha256: 'fe5d467f2c1a027b3f6f18d3729aca01f6458c1de2e2d1292a019c5aa9bed424',
    textSha256: 'da529500a73fcbc86bc8f6c7855c0f2c0fc7af1c4dc530e26a54bbfd17f97cef',
    url: 'https://raw.githubusercontent.com/THUDM/CodeGeeX/2838420b7b4492cf3d16bce5320e26e65960c9e2/codegeex/benchmark/humaneval-x/js/data/humaneval_js.jsonl.gz',
  },
  parse: parseProgramTasks,
  takesOwnData: true,
  mark: 'declaration',
  prompts: {
    raw: { stops: RAW_STOPS, maxTokens: DEFAULT_MAX_TOKENS.raw },
    chat: {
      wording: 'evalkit-js-chat-1',
      instruction: `Complete the following JavaScript function. Answer with the whole function, helpers included, in one JavaScript code block.\n\n\`\`\`javascript\n${PLACE}\n\`\`\``,
      answerPrefix: '',
      maxTokens: DEFAULT_MAX_TOKENS.chat,
    },
  },
  extraction: JAVASCRIPT,
  knownCompletions,
};

/** The canonical solution, and a function that returns nothing. */
function knownCompletions({
  canonicalSolution,
}: {
  readonly canonicalSolution: string;
}): KnownCompletion[] {
  return [
    { style: { mode: 'raw' }, text: canonicalSolution, passes: true },
    { style: { mode: 'raw' }, text: '}\n', passes: false },
  ];
}
