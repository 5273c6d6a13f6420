import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import pMap from 'p-map';
import { DEFAULT_LIMITS, type SandboxChoice } from '../../../src/sandbox/grader.ts';
import { openJavaScriptSandbox } from '../../../src/sandbox/javascript/open.ts';
import { descendants } from '../python/processes.ts';
import { makeSample } from '../sample.ts';
import { CORPUS, PROMPT, RIGHT, TEST } from './corpus.ts';

const LIMITS = { ...DEFAULT_LIMITS, timeoutMs: 3_000, memoryBytes: 128 * 1024 ** 2 };

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
    const files = readdirSync(tmpdir()).filter((name) => name.startsWith('evalkit-probe'));
    const environment = JSON.stringify(process.env);
    {
      await using sandbox = await openJavaScriptSandbox({
        level,
        limits: LIMITS,
        workers: 2,
        env: process.env,
      });
      expect(await sandbox.judge(sampleOf(RIGHT))).toMatchObject({ outcome: { kind: 'passed' } });
      const found = await pMap(
        CORPUS,
        async ({ name, completion }) => {
          const judgement = await sandbox.judge(sampleOf(completion));
          const outcome = judgement.kind === 'verdict' ? judgement.outcome : judgement;
          return [name, outcome.kind === 'failed' ? outcome.cause : outcome.kind];
        },
        { concurrency: 2 },
      );
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(CORPUS.map(({ name, cause }) => [name, cause])),
      );
      expect(await sandbox.judge(sampleOf(RIGHT))).toMatchObject({ outcome: { kind: 'passed' } });
    }
    expect(descendants(process.pid)).toEqual([]);
    expect(JSON.stringify(process.env)).toBe(environment);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('evalkit-probe'))).toEqual(files);
  },
);
