import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareReportSchema } from '../../src/records/comparison.ts';
import { gateReportSchema } from '../../src/records/gate.ts';
import { runCli } from '../fixtures/cli.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A folder with a run of f16 and a candidate that loses so many tasks. */
function setUp(lost: number, config?: string) {
  const cwd = temporaryFolder();
  if (config !== undefined) {
    writeFileSync(join(cwd, 'evalkit.config.yaml'), config);
  }
  writeRun(
    join(cwd, 'run'),
    recordedRun([
      { cell: greedyCell('f16'), passes: failing(60) },
      { cell: greedyCell('q8_0'), passes: failing(60 + lost) },
    ]),
  );
  return (...words: string[]) => runCli(words, { cwd });
}

test.each([
  [0, 0, 'pass'],
  [17, 1, 'fail'],
  [6, 4, 'inconclusive'],
])('%i tasks lost end the gate with %i', async (lost, exit, verdict) => {
  const evalkit = setUp(lost);
  const { exitCode, stdout } = await evalkit('gate', 'run', '--json');
  expect(exitCode).toBe(exit);
  expect(gateReportSchema.parse(JSON.parse(stdout)).verdict).toBe(verdict);
});

test('an inconclusive gate can be let through, with a warning', async () => {
  const { exitCode, stdout, stderr } = await setUp(6)('gate', 'run', '--allow-inconclusive');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('--allow-inconclusive');
  expect(stdout).toContain('would settle it');
});

test.each([
  ['--max-drop=NaN'],
  ['--max-drop=-1pp'],
  ['--max-drop=5'],
  ['--max-drop=0pp'],
  ['--max-drop=Infinity'],
  ['--confidence=1'],
  ['--max-tpot-ratio=NaN'],
  ['--max-kl=-1'],
  ['--min-pass=Infinity'],
  ['--min-sandbox=l9'],
])('%s is refused before any record is read', async (option) => {
  const { exitCode, stderr } = await setUp(0)('gate', 'nowhere', option);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(option.split('=')[0]);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('the margin may be written as points or as a share', async () => {
  const evalkit = setUp(4);
  for (const [margin, exit] of [
    ['6pp', 0],
    ['0.06', 0],
    ['5pp', 4],
    ['.05', 4],
  ] as const) {
    expect((await evalkit('gate', 'run', '--max-drop', margin)).exitCode).toBe(exit);
  }
});

test('the plan shows which flips would pass, and ends with 2 where none could', async () => {
  const evalkit = setUp(0);
  const plan = await evalkit('gate', '--plan', '--json');
  expect(plan.exitCode).toBe(0);
  const { rows } = JSON.parse(plan.stdout);
  expect(rows[0]).toEqual({ gained: 0, mostLostToPass: 3, leastLostToFail: 9 });
  expect(rows[11]).toMatchObject({ gained: 11, mostLostToPass: 11 });
  const hopeless = await evalkit('gate', '--plan', '--max-drop', '1pp');
  expect(hopeless.exitCode).toBe(2);
  expect(hopeless.stderr).toContain('even identical completions of 164 tasks');
});

test('a plan from a run of several samples says which drop more of them would find', async () => {
  const cwd = temporaryFolder();
  const decode = { mode: 'sample', temperature: 0.2, topP: 0.95, topK: 0, samples: 2 } as const;
  const cells = ['f16', 'q8_0'].map((name) =>
    greedyCell(name, { id: `tiny:${name}/sample`, decode }),
  );
  const passes = [
    (task: number, sample: number) => (task + sample) % 3 > 0,
    (task: number, sample: number) => (task + sample) % 3 > 0 && task % 10 > 0,
  ];
  const records = recordedRun(
    cells.map((cell, index) => ({ cell, passes: passes[index] ?? (() => true) })),
  );
  writeRun(join(cwd, 'run'), records);
  const { exitCode, stdout } = await runCli(['gate', '--plan', '--from', 'run', '--json'], { cwd });
  expect(exitCode).toBe(0);
  const [planned] = JSON.parse(stdout).samples;
  expect(planned).toMatchObject({ cell: 'tiny:q8_0/sample', tasks: 164, samples: 2 });
  expect(planned.correlation).toBeGreaterThan(0.5);
  const drops = planned.found.map(({ drop }: { readonly drop: number }) => drop);
  expect(drops).toEqual(drops.toSorted((one: number, other: number) => other - one));
});

test.each([
  [['--format', 'junit'], /--format junit/],
  [['--output', 'gate.json'], /--output/],
  [['--junit', 'gate.xml', '--format', 'csv'], /--junit and --format csv/],
  [['--tasks', '999999999'], /--tasks 999999999/],
])('a plan with %j is refused', async (words, message) => {
  const { exitCode, stdout, stderr } = await setUp(0)('gate', '--plan', ...words);
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test.each([
  ['plan: true', /gate\.plan: only the command line may relax a gate/],
  ['maxDrop: 90pp', /gate\.maxDrop 0\.9: looser than the baseline file's 0\.05.*--max-drop/],
  ['confidence: 0.6', /gate\.confidence 0\.6: looser than the baseline file's 0\.95/],
  ['minSandbox: l1', /gate\.minSandbox L1: looser than the baseline file's L2/],
])('a config file with %s does not open the gate', async (line, message) => {
  const evalkit = setUp(17, `gate:\n  ${line}\n`);
  const written = ['run#tiny:f16/greedy', '--max-drop', '5pp', '--min-sandbox', 'l2'];
  await evalkit('baseline', 'write', ...written, '--no-config');
  const words = ['gate', 'run#tiny:q8_0/greedy', '--baseline', 'baseline.json'];
  const { exitCode, stdout, stderr } = await evalkit(...words);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect((await evalkit(...words, '--no-config')).exitCode).toBe(1);
});

test('a config file may tighten a baseline file’s limits, and a flag may loosen them, with a warning', async () => {
  const evalkit = setUp(2, 'gate: {maxDrop: 3pp}\n');
  await evalkit('baseline', 'write', 'run#tiny:f16/greedy', '--no-config');
  const words = ['gate', 'run#tiny:q8_0/greedy', '--baseline', 'baseline.json'];
  expect((await evalkit(...words)).exitCode).toBe(4);
  expect((await evalkit(...words, '--no-config')).exitCode).toBe(0);
  const loosened = await evalkit(...words, '--max-drop', '8pp');
  expect(loosened.exitCode).toBe(0);
  expect(loosened.stdout).toContain('looser than the baseline file says: --max-drop');
});

test.each([
  [['gate'], /no run to decide on/],
  [['gate', 'run#tiny:f16/greedy'], /itself/],
  [['gate', 'run#nothing'], /no cell nothing/],
  [
    ['gate', 'run', '--baseline', 'other.json'],
    /not a baseline that this version of evalkit can read/,
  ],
  [['compare', 'run#tiny:f16/greedy', 'run#tiny:f16/greedy'], /the same records/],
])('%j is refused', async (words, message) => {
  const cwd = temporaryFolder();
  writeRun(
    join(cwd, 'run'),
    recordedRun([
      { cell: greedyCell('f16'), passes: failing(60) },
      { cell: greedyCell('q8_0'), passes: failing(60) },
    ]),
  );
  writeFileSync(join(cwd, 'other.json'), '{"limits":{"maxDrop":1e999}}');
  const { exitCode, stderr } = await runCli(words, { cwd });
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test('compare shows the flips of a run’s cells with answers, causes and where they part', async () => {
  const evalkit = setUp(2);
  const { exitCode, stdout } = await evalkit('compare', 'run', '--json');
  expect(exitCode).toBe(0);
  const [comparison] = compareReportSchema.parse(JSON.parse(stdout)).comparisons;
  expect(comparison).toMatchObject({ lost: 2, gained: 0, tasks: 164, verdict: 'pass' });
  expect(comparison?.flips[0]).toMatchObject({
    taskId: 'Test/60',
    direction: 'lost',
    reference: { text: '    return a + b\n' },
    candidate: { text: '    return a - b\n', cause: 'assertion' },
    firstDifference: { token: 1, referenceToken: 2, candidateToken: 4 },
  });
  const shown = await evalkit('compare', 'run', '--format', 'md');
  expect(shown.stdout.split('\n')[0]).toContain('both descend from one original by provenance');
  expect(shown.stdout).toContain('2 more lost and it is not a pass');
});
