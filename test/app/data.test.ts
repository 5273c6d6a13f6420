import { expect, test } from 'vitest';
import { refusalOf } from '../fixtures/wrong-words.ts';

test('a file that the environment names is said to be named there; an empty variable names none', async () => {
  const { kind, message } = await refusalOf('judge samples.jsonl', { EVALKIT_DATA: 'none' });
  expect(message).toMatch(/--data \S+none cannot be read; .* \(--data: EVALKIT_DATA\)$/);
  expect(kind).toBe('usage');
  const unset = await refusalOf('judge samples.jsonl --offline', { EVALKIT_DATA: '' });
  expect(unset.message).not.toContain('cannot be read');
});
