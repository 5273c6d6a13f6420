import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generatedPages } from '../../bench/docs/pages.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { isList } from '../../src/options/words.ts';

const ROOT = new URL('../../', import.meta.url);
const SINGLE = COMMANDS.flatMap((one) => ('commands' in one ? one.commands : [one]));

test.each([...(await generatedPages())])(
  '%s is what the options say (npm run docs)',
  (path, content) => {
    expect(readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8')).toBe(content);
  },
);

test.each(SINGLE)('the words after evalkit $name are its declared positionals', async (command) => {
  const words = (await command.options())
    .filter(({ positional }) => positional === true)
    .map((option) => {
      const word = `${option.name}${isList(option) ? '..' : ''}`;
      return option.required === true ? `<${word}>` : `[${word}]`;
    });
  expect(command.positionals).toBe(words.join(' '));
});

test.each(SINGLE)('evalkit $name has no letter twice', async (command) => {
  const letters = (await command.options()).map(({ alias }) => alias).filter(Boolean);
  expect(letters).toEqual([...new Set(letters)]);
});
