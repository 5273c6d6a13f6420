import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { benchReportSchema } from '../../src/records/bench.ts';
import { readBench } from '../../src/store/bench-store.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { startModelServer } from '../fixtures/model-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();

/** Prompts and pieces of the model server. */
const ROUND = { prefillMs: 0, round: { requests: 6, promptTokens: 42, newTokens: 18 } };

async function bench(...words: string[]) {
  const cwd = temporaryFolder();
  return {
    cwd,
    ...(await runCli(['bench', ...words, '--out', 'grid'], { cwd, env: { EVALKIT_DATA: DATA } })),
  };
}

test('requests and tokens a second of a served model are measured at each count at once', async () => {
  const server = await startModelServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { cwd, stdout, stderr, exitCode } = await bench(
    '--model',
    server.url,
    '--parallel',
    '1,4',
    '--requests',
    '6',
    '--warmup',
    '1',
    '--repeats',
    '2',
  );
  expect(stderr).not.toContain('defect');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/requests\/s/);
  expect(stdout).toMatch(/round: 6 requests to a served model.*the network is in it/);
  expect(stdout).toContain('server openai unknown');
  const { results } = readBench(join(cwd, 'grid'));
  expect(results.map(({ cell }) => cell)).toEqual([
    'tiny:openai/parallel 1',
    'tiny:openai/parallel 4',
  ]);
  for (const { outcome } of results) {
    expect(outcome).toMatchObject({
      kind: 'measured',
      minibatches: [ROUND, ROUND],
    });
  }
  const again = await runCli(['report', 'grid', '--json'], { cwd });
  const [cell] = benchReportSchema.parse(JSON.parse(again.stdout)).cells;
  expect(cell?.requestsPerSecond?.n).toBe(2);
  // A warm-up and two rounds of six for each of the two cells.
  expect(server.asked.filter(({ body }) => String(body['prompt']).includes('"""'))).toHaveLength(
    36,
  );
});

test.each([
  [
    ['--batch', '2'],
    /--batch is for models that are loaded here; of served models --parallel says/,
  ],
  [['--flash', 'on'], /--flash is for models that are loaded here/],
  [['--tokens', '8'], /--tokens is for models that are loaded here/],
])('%j is refused of served models', async (words, message) => {
  const { exitCode, stderr } = await bench('--model', 'http://127.0.0.1:9/v1', ...words);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test('requests at once are refused of models that are loaded here', async () => {
  const { exitCode, stderr } = await bench('--model', 'q8_0', '--parallel', '2');
  expect(stderr).toMatch(/--parallel is for served models, and none is named/);
  expect(exitCode).toBe(2);
});
