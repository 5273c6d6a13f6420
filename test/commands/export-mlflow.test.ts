import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { bigRun } from '../fixtures/big-run.ts';
import { runCli } from '../fixtures/cli.ts';
import { startMlflow } from '../fixtures/mlflow-server.ts';
import { storeRun } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A run of two cells, and the command that sends it. */
function setUp(url: string) {
  const cwd = temporaryFolder();
  storeRun(join(cwd, 'run'), bigRun({ cells: 2, tasks: 40 }));
  const send = (env: Readonly<Record<string, string>> = {}, ...words: string[]) =>
    runCli(['export', 'run', '--to', 'mlflow', '--server', url, ...words], { cwd, env });
  return { cwd, send };
}

test('each cell becomes a run with its figures, once', async () => {
  const { url, kept } = await startMlflow();
  const { send } = setUp(url);
  const { exitCode, stdout, stderr } = await send();
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`${url}/#/experiments/1/runs/0\n${url}/#/experiments/1/runs/1\n`);
  expect(kept.experiments).toEqual(['evalkit-test']);
  const [first, second] = kept.runs;
  expect(first).toMatchObject({ run_name: 'tiny:f16/greedy', status: 'FINISHED' });
  expect(first?.params.get('quantization')).toBe('f16');
  expect(first?.metrics.get('passAt1.total')).toBe(40);
  const [rate = 0, low = 1] = ['', '.low95'].map((end) =>
    second?.metrics.get(`passAt1.estimate${end}`),
  );
  expect(rate).toBeCloseTo((second?.metrics.get('passAt1.passed') ?? 0) / 40);
  expect(low).toBeLessThan(rate);
  const again = await send();
  expect(again.stdout.match(/was there already/g)).toHaveLength(2);
  expect(kept.runs).toHaveLength(2);
});

test('a server that fails in between leaves no run behind that is thought whole', async () => {
  const { url, kept } = await startMlflow();
  kept.lastsFor = 4;
  const { send } = setUp(url);
  const failed = await send();
  expect(failed.exitCode).toBe(3);
  expect(failed.stderr).toMatch(/^evalkit: the MLflow server \S+ refused: HTTP 503; .*\n$/);
  kept.lastsFor = Infinity;
  expect((await send()).exitCode).toBe(0);
  expect(kept.runs.map(({ status }) => status)).toEqual(['FINISHED', 'FINISHED']);
});

test('who asks is said as MLflow’s own clients say it, and the experiment can be named', async () => {
  const { url, kept } = await startMlflow();
  const { send } = setUp(url);
  await send(
    { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'x' },
    '--experiment',
    'e',
  );
  await send({ MLFLOW_TRACKING_TOKEN: 'secret' }, '--experiment', 'e');
  expect(kept.experiments).toEqual(['e']);
  expect(kept.authorizations[0]).toBe(`Basic ${Buffer.from('ada:x').toString('base64')}`);
  expect(kept.authorizations.at(-1)).toBe('Bearer secret');
});

test.each([
  [['--to', 'mlflow'], {}, /--to mlflow needs a tracking server; give --server/],
  [['--to', 'mlflow'], { MLFLOW_TRACKING_URI: './mlruns' }, /MLFLOW_TRACKING_URI \.\/mlruns is no/],
  [['--to', 'mlflow', '--server', 'here'], {}, /--server here: must be an address/],
  [['--to', 'mlflow', '--server', 'http://a:b@h'], {}, /must hold no user and password/],
  [['--to', 'mlflow', '--out', 'x', '--server', 'http://h'], {}, /--out/],
  [['--to', 'lm-eval', '--server', 'http://h'], {}, /--server/],
])('%j is refused in one line', async (words, env, message) => {
  const { cwd } = setUp('http://127.0.0.1:9');
  const { exitCode, stderr } = await runCli(['export', 'run', ...words], { cwd, env });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(2);
});

test('a server that is not there is a failure of the surroundings', async () => {
  const { send } = setUp('http://127.0.0.1:9');
  const { exitCode, stderr } = await send();
  expect(stderr).toContain('cannot reach the MLflow server http://127.0.0.1:9');
  expect(exitCode).toBe(3);
});

/** MLflow's own program; its tests say so where nobody names one. */
const MLFLOW = process.env['EVALKIT_MLFLOW'];

test.skipIf(MLFLOW === undefined)(
  'a real server of MLflow takes a run, where EVALKIT_MLFLOW names its program',
  async () => {
    const folder = temporaryFolder();
    const port = '35917';
    const server = execa(
      MLFLOW ?? '',
      ['server', '--port', port, '--workers', '1', '--backend-store-uri', 'sqlite:///runs.db'],
      { cwd: folder, reject: false, forceKillAfterDelay: 2_000, detached: true },
    );
    onTestFinished(() => {
      process.kill(-(server.pid ?? 0), 'SIGKILL');
    });
    const url = `http://127.0.0.1:${port}`;
    for (let tried = 0; tried < 100; tried += 1) {
      const answer = await fetch(`${url}/health`).catch(() => undefined);
      if (answer?.ok === true) {
        break;
      }
      await setTimeout(500);
    }
    const { send } = setUp(url);
    const { exitCode, stderr } = await send();
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const found = await fetch(`${url}/api/2.0/mlflow/runs/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ experiment_ids: ['1'] }),
    });
    const { runs } = z
      .object({
        runs: z.array(
          z.object({
            info: z.object({ status: z.string(), run_name: z.string() }),
            data: z.object({ metrics: z.array(z.object({ key: z.string(), value: z.number() })) }),
          }),
        ),
      })
      .parse(await found.json());
    expect(runs.map(({ info }) => info.run_name).toSorted()).toEqual([
      'tiny:f16/greedy',
      'tiny:q8_0/greedy',
    ]);
    expect(runs.every(({ info }) => info.status === 'FINISHED')).toBe(true);
    expect(runs[0]?.data.metrics.find(({ key }) => key === 'passAt1.total')?.value).toBe(40);
    expect((await send()).stdout.match(/was there already/g)).toHaveLength(2);
  },
  120_000,
);
