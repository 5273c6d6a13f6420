import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { BIN } from '../fixtures/cli.ts';
import { humanevalTasks } from '../fixtures/humaneval.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/many-machines', import.meta.url));

/** How many shards the examples make. */
const OF = 4;

/** A folder with recorded completions, and an `evalkit` on the path that asks them of six tasks. */
async function setUp() {
  const { cwd, env } = await setUpTinyRun();
  const tasks = (await humanevalTasks()).slice(0, 6);
  const lines = tasks.map(({ taskId, canonicalSolution }) =>
    JSON.stringify({ task_id: taskId, completion: canonicalSolution }),
  );
  writeFileSync(join(cwd, 'samples.jsonl'), `${lines.join('\n')}\n`);
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  // What the examples leave to their reader: a small run, judged by one worker.
  const small = '--limit 6 --prompt raw --no-perplexity --workers 1';
  writeFileSync(
    join(bin, 'evalkit'),
    `#!/usr/bin/env bash\n[[ $1 == humaneval ]] && set -- "$@" ${small}\nexec '${process.execPath}' '${BIN}' "$@"\n`,
  );
  chmodSync(join(bin, 'evalkit'), 0o755);
  const bash = (words: readonly string[], variables: Readonly<Record<string, string>>) =>
    execa('bash', words, {
      cwd,
      reject: false,
      env: {
        ...env,
        PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
        EVALKIT_CACHE: join(cwd, 'cache'),
        EVALKIT_PPL_DATA: '',
        MODEL: 'scripted:samples.jsonl',
        ...variables,
      },
    });
  return { cwd, bash };
}

const shards = Array.from({ length: OF }, (_, index) => index + 1);

test("a Slurm array makes the shards, and its second job the whole run; Slurm's variables are simulated", async () => {
  const { cwd, bash } = await setUp();
  const array = (id: number) => ({
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_MIN: '1',
    SLURM_ARRAY_TASK_MAX: String(OF),
    SLURM_ARRAY_TASK_COUNT: String(OF),
  });
  const script = join(EXAMPLES, 'slurm-array.sh');
  for (const id of shards.slice(0, -1)) {
    const { exitCode, stderr } = await bash([script], array(id));
    expect(exitCode, stderr).toBe(0);
  }
  // The last one is submitted anew, alone.
  const alone = {
    ...array(OF),
    SLURM_ARRAY_TASK_MIN: String(OF),
    SLURM_ARRAY_TASK_COUNT: '1',
  };
  expect(await bash([script], alone)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('would be all of the run'),
  });
  const early = await bash([join(EXAMPLES, 'slurm-merge.sh')], { RUN: join(cwd, 'early') });
  expect([early.exitCode, early.stderr]).toEqual([
    3,
    expect.stringContaining(`shard ${OF}/${OF} is not among the folders`),
  ]);
  expect((await bash([script], { ...alone, SHARD: `${OF}/${OF}` })).exitCode).toBe(0);
  const { exitCode, stdout, stderr } = await bash([join(EXAMPLES, 'slurm-merge.sh')], {});
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('6 of 6 tasks pass');
});

const jobSchema = z.object({
  spec: z.object({
    completions: z.literal(OF),
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            command: z.array(z.string()),
            args: z.array(z.string()),
            env: z.array(z.object({ name: z.string(), value: z.string() })),
          }),
        ]),
      }),
    }),
  }),
});

test("a Kubernetes Job's container makes the shard of its index; the index is simulated", async () => {
  const { cwd, bash } = await setUp();
  const job = jobSchema.parse(parse(readFileSync(join(EXAMPLES, 'kubernetes-job.yaml'), 'utf8')));
  const [{ command, args, env }] = job.spec.template.spec.containers;
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  expect(Number(variables['EVALKIT_SHARDS'])).toBe(job.spec.completions);
  for (const shard of shards) {
    const { exitCode, stderr } = await bash([...command.slice(1), ...args], {
      ...variables,
      MODEL: 'scripted:samples.jsonl',
      RESULTS: cwd,
      JOB_COMPLETION_INDEX: String(shard - 1),
    });
    expect(exitCode, stderr).toBe(0);
  }
  expect(readdirSync(join(cwd, 'shards')).toSorted()).toEqual(['0', '1', '2', '3']);
  const merged = await bash(['-c', 'evalkit merge shards/* --out run'], {});
  expect(merged.exitCode, merged.stderr).toBe(0);
});

const workflowSchema = z.object({
  jobs: z.object({
    shard: z.object({
      strategy: z.object({ matrix: z.object({ shard: z.array(z.number()) }) }),
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
    }),
    merge: z.object({
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
    }),
  }),
});

test('a GitHub matrix makes the shards and its last job the whole run; artifacts are folders', async () => {
  const { bash } = await setUp();
  const { jobs } = workflowSchema.parse(
    parse(readFileSync(join(EXAMPLES, 'github-matrix.yml'), 'utf8')),
  );
  const step = jobs.shard.steps.find(({ name }) => name === 'shard')?.run ?? '';
  for (const shard of jobs.shard.strategy.matrix.shard) {
    const words = step.replaceAll('${{ matrix.shard }}', String(shard));
    const { exitCode, stderr } = await bash(['-c', words], {});
    expect(exitCode, stderr).toBe(0);
  }
  expect((await bash(['-c', 'mkdir shards && mv shard-* shards'], {})).exitCode).toBe(0);
  const last = jobs.merge.steps.find(({ name }) => name === 'merge')?.run ?? '';
  const { exitCode, stderr } = await bash(['-c', `${last} && grep -q '6 / 6' report.md`], {});
  expect(exitCode, stderr).toBe(0);
});

test('every script is one that bash can read', async () => {
  const scripts = readdirSync(EXAMPLES).filter((name) => name.endsWith('.sh'));
  expect(scripts).toContain('vllm-ray.sh');
  for (const name of scripts) {
    await execa('bash', ['-n', join(EXAMPLES, name)]);
  }
});
