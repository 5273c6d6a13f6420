import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Text } from '../../src/records/hash.ts';
import { runCli } from '../fixtures/cli.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makePlan,
  makeSession,
  makeVerdict,
  TASKS,
} from '../fixtures/run.ts';
import { completeRun, storeRun } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const { model } = makeCell();
const CANDIDATE = makeCell({
  id: 'tiny:q4_0/greedy',
  model: {
    ...model,
    quantization: 'q4_0',
    weights: { ...model.weights, name: 'tiny-q4_0.gguf', sha256: sha256Text('q4_0') },
  },
});

/** Three tasks without a flip show that a drop is under 47.4 points. */
const LIMITS = ['--baseline', 'reference', '--max-drop', '50pp', '--allow-lossy-reference'];

function setUp() {
  const cwd = temporaryFolder();
  storeRun(join(cwd, 'reference'), completeRun());
  storeRun(
    join(cwd, 'run'),
    completeRun({
      header: makeHeader(makePlan({ cells: [CANDIDATE] })),
      completions: TASKS.map((task) => makeCompletion(CANDIDATE, task)),
      verdicts: TASKS.map((task) => makeVerdict(CANDIDATE, task, { kind: 'passed' })),
      sessions: [makeSession(CANDIDATE)],
    }),
  );
  const gate = (...words: string[]) => runCli(['gate', 'run', ...LIMITS, ...words], { cwd });
  return { cwd, gate };
}

test.each([
  ['that holds', 'cell.passAt1.estimate >= reference.passAt1.estimate', 0, 'gate: pass'],
  ['that does not hold', 'cell.passAt1.estimate > 1', 1, 'gate: fail'],
])('a rule %s decides', async (_, rule, code, title) => {
  const { gate } = setUp();
  const { exitCode, stdout, stderr } = await gate('--rule', 'true', '--rule', rule);
  expect(stderr).not.toContain('evalkit:');
  expect(stdout).toContain(title);
  expect(exitCode).toBe(code);
});

test('a rule about what was not measured is exit 2, and named', async () => {
  const { gate } = setUp();
  const { exitCode, stdout, stderr } = await gate('--rule', '!(cell.tpotMs.median > 40)');
  expect(stderr).toMatch(
    /^evalkit: rule !\(cell\.tpotMs\.median > 40\) on tiny:q4_0\/greedy: cell\.tpotMs was not measured/m,
  );
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

test('records are checked before rules are asked', async () => {
  const { cwd, gate } = setUp();
  const verdicts = join(cwd, 'run', 'verdicts.jsonl');
  const [, ...rest] = readFileSync(verdicts, 'utf8').trimEnd().split('\n');
  writeFileSync(verdicts, `${rest.join('\n')}\n`);
  const { exitCode, stderr } = await gate('--rule', 'cell.tpotMs.median < 40');
  expect(stderr).toMatch(/^evalkit: run#.* is incomplete: 1 verdict is missing/m);
  expect(exitCode).toBe(3);
});

test('syntax is checked before any record is read', async () => {
  const { cwd } = setUp();
  const words = ['gate', 'none', '--baseline', 'none', '--rule', 'cell.'];
  const { exitCode, stderr } = await runCli(words, { cwd });
  expect(stderr).toMatch(/^evalkit: rule cell\.: SyntaxError/m);
  expect(exitCode).toBe(2);
  const unread = await runCli(['gate', 'none', '--rules', 'none.js'], { cwd });
  expect(unread.stderr).toContain('--rules none.js cannot be read');
  expect(unread.exitCode).toBe(2);
});

test('formats for pipelines tell the decision and leave the exit code', async () => {
  const { cwd, gate } = setUp();
  const words = ['--rule', '1 > 2', '--format', 'github', '--output', 'gate.md'];
  const { exitCode, stdout } = await gate(...words, '--junit', 'gate.xml');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error title=evalkit gate%3A fail::tiny:q4_0\/greedy: rule: 1 > 2/);
  expect(readFileSync(join(cwd, 'gate.md'), 'utf8')).toMatch(/^# gate: fail/);
  expect(readFileSync(join(cwd, 'gate.xml'), 'utf8')).toContain(
    '<failure message="1 > 2" type="fail"/>',
  );
});
