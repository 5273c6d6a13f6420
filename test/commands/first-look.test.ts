import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

/** The commands that a text tells a newcomer to type. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/evalkit ((?:doctor|humaneval)[^,.]*)/g)].map(([, words = '']) =>
    words.trim().split(' '),
  );
}

test('without a command one line says where to begin, and so does --help', async () => {
  const { cwd, env } = await setUpTinyRun();
  const bare = await runCli([], { cwd });
  expect(bare).toMatchObject({ exitCode: 2, stdout: '' });
  expect(bare.stderr.trim().split('\n')).toHaveLength(1);
  const commands = commandsIn(bare.stderr);
  expect(commands.map(([name]) => name)).toEqual(['doctor', 'humaneval']);
  const { stdout } = await runCli(['--help'], { cwd });
  expect(commandsIn(stdout.slice(stdout.indexOf('To begin')))).toEqual(commands);
  const [, first = []] = commands;
  const words = [...first, '--model', 'tiny.gguf', '--threads', '1', '--out', 'run'];
  const run = await runCli([...words, '--max-tokens', '8'], { cwd, env });
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stdout).toContain('5 of 164 tasks');
  expect(run.stderr.trim().split('\n').at(-1)).toMatch(/^next: evalkit report run /);
});

test('help of one command does not tell where to begin with all', async () => {
  const { stdout } = await runCli(['gate', '--help'], { cwd: temporaryFolder() });
  expect(stdout).toContain('--max-drop');
  expect(stdout).not.toContain('To begin');
});
