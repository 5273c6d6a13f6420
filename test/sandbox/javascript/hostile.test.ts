import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import pMap from 'p-map';
import { DEFAULT_LIMITS, type Grader, type SandboxChoice } from '../../../src/sandbox/grader.ts';
import { openJavaScriptSandbox } from '../../../src/sandbox/javascript/open.ts';
import { descendants } from '../python/processes.ts';
import { makeSample } from '../sample.ts';
import { CORPUS, PROMPT, RIGHT, TEST } from './corpus.ts';

const MEMORY = { memoryBytes: 128 * 1024 ** 2 };

/** What never ends is soon known; what else is judged has time enough on a busy machine. */
const TERMS = [
  { timeoutMs: 1_000, corpus: CORPUS.filter(({ cause }) => cause === 'timeout') },
  { timeoutMs: 30_000, corpus: CORPUS.filter(({ cause }) => cause !== 'timeout') },
];

function sampleOf(completion: string) {
  return makeSample({
    kind: 'program',
    prompt: PROMPT,
    completion: `${completion}\n`,
    test: TEST,
    entryPoint: 'solve',
  });
}

const LEVELS: readonly SandboxChoice[] =
  process.env['EVALKIT_HOSTILE_LEVELS'] === undefined
    ? ['auto']
    : process.env['EVALKIT_HOSTILE_LEVELS'].split(',').map((level) => level as SandboxChoice);

test.each(LEVELS)(
  'no hostile completion passes at %s, each fails for its cause, and nothing is left of it',
  { timeout: 300_000 },
  async (level) => {
    const environment = JSON.stringify(process.env);
    const files = readdirSync(tmpdir()).filter((name) => name.startsWith('evalkit-probe'));
    for (const { timeoutMs, corpus } of TERMS) {
      await using sandbox = await openJavaScriptSandbox({
        level,
        limits: { ...DEFAULT_LIMITS, ...MEMORY, timeoutMs },
        workers: 2,
        env: process.env,
      });
      const found = await pMap(
        corpus,
        async ({ name, completion }) => [name, await causeOf(sandbox, completion)],
        { concurrency: 2 },
      );
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(corpus.map(({ name, cause }) => [name, cause])),
      );
    }
    expect(descendants(process.pid)).toEqual([]);
    expect(JSON.stringify(process.env)).toBe(environment);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('evalkit-probe'))).toEqual(files);
  },
);

test('a right completion passes the test that they all fail', async () => {
  await using sandbox = await openJavaScriptSandbox({
    level: 'auto',
    workers: 1,
    env: process.env,
  });
  expect(await causeOf(sandbox, RIGHT)).toBe('passed');
});

async function causeOf(sandbox: Grader, completion: string): Promise<string> {
  const judgement = await sandbox.judge(sampleOf(completion));
  const outcome = judgement.kind === 'verdict' ? judgement.outcome : judgement;
  return outcome.kind === 'failed' ? outcome.cause : outcome.kind;
}
