import { parseInputsTasks } from '../python-functions/inputs-lines.ts';
import { PYTHON_FUNCTIONS } from '../python-functions/rules.ts';
import type { Suite } from '../suite.ts';

/** Its polynomials have several roots; any will do. */
const ROOT_FINDER = 'find_zero';

/**
 * EvalPlus's HumanEval+: the tasks of HumanEval, some of their solutions corrected, with many more
 * inputs (Liu et al. 2023, arXiv:2305.01210).
 */
export const HUMANEVAL_PLUS: Suite = {
  ...PYTHON_FUNCTIONS,
  name: 'humaneval+',
  title: 'HumanEval+',
  version: '0.1.10',
  data: {
    fileName: 'HumanEvalPlus.jsonl.gz',
    sha256: '272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101',
    textSha256: '42526ec0e7d5f3ee0b06d6ced98f8c8bae3d76519151bfb3d36f79010645bd7f',
    url: 'https://github.com/evalplus/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus.jsonl.gz',
  },
  parse: (bytes, name) =>
    parseInputsTasks(bytes, name, ({ entryPoint }) => ({
      comparison: entryPoint === ROOT_FINDER ? 'polynomial-root' : 'close',
    })),
  takesOwnData: true,
  mark: 'plus_input',
  parts: ['base', 'plus'],
  // The shapes that extraction knows are HumanEval's; a right solution takes up to ten seconds here.
  knownCompletions: (task) =>
    PYTHON_FUNCTIONS.knownCompletions(task).filter(({ style }) => style.mode === 'raw'),
};
