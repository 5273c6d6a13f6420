import { expect, test } from 'vitest';
import { commandLine } from '../../src/app/where-more.ts';

test('a command line can be typed again, but for what is secret in it', () => {
  const words = [
    'humaneval',
    '--model',
    'a=https://me:se%40cret@host/v1#m,https://me:x@b/v1',
    "it's",
  ];
  expect(commandLine(words)).toBe(
    String.raw`evalkit humaneval --model a=https://host/v1#m,https://b/v1 'it'\''s'`,
  );
});
