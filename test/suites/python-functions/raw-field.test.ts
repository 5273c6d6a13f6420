import { expect, test } from 'vitest';
import { rawField } from '../../../src/suites/python-functions/raw-field.ts';

test.each([
  ['{"a": 1, "b": [9007199254740993, 1.0]}', '[9007199254740993, 1.0]'],
  ['{"b":{"2":1,"1":{"b":0}},"a":[]}', '{"2":1,"1":{"b":0}}'],
  [String.raw`{"a": "\"b\": [1, {", "b": "\\"}`, String.raw`"\\"`],
  ['{"a": {"b": 1}, "b" : [["]", "}"], []] }', '[["]", "}"], []]'],
  ['  {"a": [{"b": [1]}, "b"], "b": NaN}', 'NaN'],
])('of %s', (line, value) => {
  expect(rawField(line, 'b')).toBe(value);
});

test('a field that is not there has no text', () => {
  expect(() => rawField('{"a": {"b": 1}}', 'b')).toThrow('no field b');
  expect(() => rawField('{}', 'b')).toThrow('no field b');
});
