import { expect, test } from 'vitest';
import { typedCommand } from '../../src/app/where-more.ts';

test('a command that was typed can be typed again, but for what is secret in it', () => {
  const words = [
    'humaneval',
    '--model',
    'a=https://me:se%40cret@host/v1#m,https://me:x@b/v1',
    "it's",
  ];
  expect(typedCommand({ words }).command).toBe(
    String.raw`evalkit humaneval --model a=https://host/v1#m,https://b/v1 'it'\''s'`,
  );
});
