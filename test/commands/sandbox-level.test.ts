import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBubblewrap } from '../../src/sandbox/common/bubblewrap.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();
const FULL_PATH = process.env['PATH'] ?? '';
const BUBBLEWRAP = await findBubblewrap(process.env);

test.runIf(BUBBLEWRAP !== undefined)(
  'a run that was begun without bubblewrap names the option that goes on with it',
  async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'bin'));
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)']);
    symlinkSync(python.toString().trim(), join(cwd, 'bin', 'python3'));
    const line = JSON.stringify({ task_id: 'HumanEval/0', completion: '    return False\n' });
    writeFileSync(join(cwd, 'samples.jsonl'), `${line}\n`);
    const generate = ['humaneval', '--model', 'scripted:samples.jsonl', '--limit', '1'];
    const words = [...generate, '--out', 'run', '--json'];
    const begun = await runCli(words, {
      cwd,
      env: { EVALKIT_DATA: DATA, PATH: join(cwd, 'bin') },
    });
    expect(begun.exitCode, begun.stderr).toBe(0);
    expect(JSON.parse(begun.stdout).sandbox.level).toBe('L2');
    const completions = readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8');
    const env = { EVALKIT_DATA: DATA, PATH: FULL_PATH };
    const refused = await runCli(words, { cwd, env });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      'was judged at sandbox level L2, and this command would judge at L3; go on as before with --sandbox l2, or choose another --out, or --fresh to replace it',
    );
    expect((await runCli([...words, '--sandbox', 'l2'], { cwd, env })).exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8')).toBe(completions);
  },
);
