import { expect, test } from 'vitest';
import { membersOf, parseJson, rawField, withMembers } from '../../src/records/json-text.ts';

const ODD = String.raw`{"seed": 18446744073709551615, "f":1.0, "e": 1e400, "z": -0.0, "n": [NaN, -Infinity, {"x,}": Infinity}], "2": 1, "1": 2, "a": "\ud800 \" NaN ,}", "a": "twice", "" : {}}`;

test('what Python writes and JSON has not is null, elsewhere than in texts', () => {
  expect(parseJson('[NaN, -Infinity, Infinity, "NaN \\" Infinity", 1]')).toEqual([
    null,
    null,
    null,
    'NaN " Infinity',
    1,
  ]);
});

test.each(['', '{', '[NaN', 'nan', '{"a": NaNa}', '{"a": xNaN}', "{'a': 1}", '--Infinity'])(
  '%j is no JSON',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test('the fields of an object are found as they stand, doubled ones twice', () => {
  expect(membersOf(ODD).map(({ text }) => text)).toEqual([
    '"seed": 18446744073709551615',
    '"f":1.0',
    '"e": 1e400',
    '"z": -0.0',
    '"n": [NaN, -Infinity, {"x,}": Infinity}]',
    '"2": 1',
    '"1": 2',
    String.raw`"a": "\ud800 \" NaN ,}"`,
    '"a": "twice"',
    '"" : {}',
  ]);
  expect(membersOf(ODD).map(({ name }) => name)).toContain('');
  expect(membersOf(' {} ')).toEqual([]);
});

test('fields of ours come last, in place of what had their names, and no other changes', () => {
  expect(withMembers('{"passed": 1, "s": 1.0, "passed":2}', { passed: true, x: undefined })).toBe(
    '{"s": 1.0,"passed":true}',
  );
  expect(withMembers('{}', { a: [1] })).toBe('{"a":[1]}');
  expect(withMembers(String.raw`{"\u0061": 1}`, { a: 2 })).toBe('{"a":2}');
});

test.each([
  ['{"a": 1, "b": [9007199254740993, 1.0]}', '[9007199254740993, 1.0]'],
  ['{"b":{"2":1,"1":{"b":0}},"a":[]}', '{"2":1,"1":{"b":0}}'],
  [String.raw`{"a": "\"b\": [1, {", "b": "\\"}`, String.raw`"\\"`],
  ['{"a": {"b": 1}, "b" : [["]", "}"], []] }', '[["]", "}"], []]'],
  ['  {"a": [{"b": [1]}, "b"], "b": NaN}', 'NaN'],
])('the text of a field of %s', (line, value) => {
  expect(rawField(membersOf(line), 'b')).toBe(value);
});

test('a field that is not there has no text', () => {
  expect(() => rawField(membersOf('{"a": {"b": 1}}'), 'b')).toThrow('no field b');
  expect(() => rawField(membersOf('{}'), 'b')).toThrow('no field b');
});
