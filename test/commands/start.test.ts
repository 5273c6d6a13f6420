import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const HOOK = pathToFileURL(fileURLToPath(new URL('../fixtures/list-modules.mjs', import.meta.url)));

/** What a start may import beside Node's own modules: packages, and rooms of ours. */
const LIGHT =
  /\/node_modules\/(?:yargs|yargs-parser|y18n|cliui|escalade|get-caller-file|string-width|strip-ansi|wrap-ansi|ansi-regex|ansi-styles|emoji-regex|get-east-asian-width|is-fullwidth-code-point)\/|\/src\/(?:commands|records|app\/[a-z-]+\.ts|cli\.ts)/;

/** Every module that a command imports. */
async function modulesOf(words: readonly string[]): Promise<string[]> {
  const cwd = temporaryFolder();
  const file = join(cwd, 'modules');
  const env = { NODE_OPTIONS: `--import ${HOOK.href}`, MODULES: file };
  expect((await runCli(words, { cwd, env })).exitCode).toBe(0);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

test.each([['--help'], ['--version'], ['-V'], ['-h']])(
  '%s loads no command, no option and none of their libraries',
  async (word) => {
    const modules = (await modulesOf([word])).filter((url) => url.startsWith('file:'));
    expect(modules.some((url) => url.endsWith('/src/cli.ts'))).toBe(true);
    expect(modules.filter((url) => !LIGHT.test(url) && !url.endsWith('/bin/evalkit.js'))).toEqual(
      [],
    );
  },
);

test("a command's help loads no engine, no statistics and no config reader", async () => {
  const modules = await modulesOf(['judge', '--help']);
  const heavy = /\/node_modules\/(?:node-llama-cpp|koffi|isolated-vm|yaml|@stdlib|@huggingface)\//;
  expect(modules.filter((url) => heavy.test(url))).toEqual([]);
});
