import { DEFAULT_LIMITS } from '../../src/sandbox/grader.ts';
import { type Language, openGrader } from '../../src/sandbox/index.ts';
import { createScriptedSandbox, RIGHT } from '../fixtures/scripted-run.ts';
import { ADD } from '../fixtures/task.ts';
import { type GraderSamples, testGrader } from './grader-contract.ts';
import { makeSample, withCheck } from './sample.ts';

const right = { task: ADD, completion: RIGHT };
const wrong = { task: ADD, completion: '    return a - b\n' };

const addition = makeSample({
  kind: 'program',
  prompt: 'const add = (a, b) => {\n',
  completion: '  return a + b\n}\n',
  test: 'console.assert(add(2, 3) === 5)\n',
  entryPoint: 'add',
});

/** Samples in each language of the table. */
const SAMPLES: Readonly<Record<Language, GraderSamples>> = {
  python: {
    right,
    wrong,
    endless: { task: ADD, completion: '    while True: pass\n' },
    unfit: withCheck(right, 'def check('),
  },
  javascript: {
    right: addition,
    wrong: { ...addition, completion: '  return a - b\n}\n' },
    endless: { ...addition, completion: '  for (;;) {}\n}\n' },
    unfit: withCheck(addition, 'const check = ('),
  },
};

for (const [language, samples] of Object.entries(SAMPLES)) {
  testGrader(
    language,
    () =>
      openGrader(language as Language, {
        level: 'auto',
        limits: { ...DEFAULT_LIMITS, timeoutMs: 1_000 },
        workers: 2,
        env: process.env,
        cache: undefined,
        own: {},
      }),
    samples,
  );
}

testGrader('scripted', () => Promise.resolve(createScriptedSandbox()), { right, wrong });
