import { expect, test } from 'vitest';
import { shortened, visibleJson, visibleText } from '../../src/records/visible-text.ts';

test.each([
  ['plain text, ümläut, 漢字, 💩', 'plain text, ümläut, 漢字, 💩'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\u001b[31m', '\\u{1b}[31m'],
  ['\u202eabc\u2069', '\\u{202e}abc\\u{2069}'],
  ['a\ud800b', 'a\\u{d800}b'],
  ['\ufffe\u2028\u200b\u{e0041}', '\\u{fffe}\\u{2028}\\u{200b}\\u{e0041}'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test('a long text is shortened between characters, and says how long it was', () => {
  expect(shortened('abcdef', 6)).toBe('abcdef');
  expect(shortened('abcdefg', 6)).toBe('abcdef… (7 characters in all)');
  expect(shortened('abcde💩', 6)).toBe('abcde… (7 characters in all)');
});

test('JSON stays the same value', () => {
  const value = { 'a\u202e': 'b\u009b\u{e0041}\ud800', c: ['\n', 1] };
  const text = visibleJson(JSON.stringify(value, null, 2));
  expect(text).not.toMatch(/[^\P{C}\n]/u);
  expect(JSON.parse(text)).toEqual(value);
});
