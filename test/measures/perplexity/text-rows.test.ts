import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { decodeText, readRows } from '../../../src/measures/perplexity/text-rows.ts';

const CHOICE = { field: 'text', rows: 512 };

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test('rows of JSON lines come in order, blank lines between them left out', async () => {
  const bytes = bytesOf('{"text":"a\\n"}\n\n{"text":" b "}\n{"text":"c"}');
  expect(await readRows(bytes, 'x.jsonl', CHOICE)).toEqual(['a\n', ' b ', 'c']);
  expect(await readRows(bytes, 'x.jsonl', { field: 'text', rows: 2 })).toEqual(['a\n', ' b ']);
});

test('rows of a JSON array and of Parquet are the same', async () => {
  const rows = [
    { text: 'ünï', output: 'x' },
    { text: 'b\n', output: 'y' },
  ];
  const array = bytesOf(JSON.stringify(rows, undefined, 2));
  const parquet = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: rows.map(({ text }) => text) },
        { name: 'output', data: rows.map(({ output }) => output) },
      ],
    }),
  );
  for (const [bytes, name] of [
    [array, 'x.json'],
    [parquet, 'x.parquet'],
  ] as const) {
    expect(await readRows(bytes, name, CHOICE)).toEqual(['ünï', 'b\n']);
    expect(await readRows(bytes, name, { field: 'output', rows: 1 })).toEqual(['x']);
  }
  await expect(readRows(parquet, 'x.parquet', { field: 'code', rows: 1 })).rejects.toThrow(
    'x.parquet, row 1 has no field code; it has text, output: choose one with --field',
  );
});

test.each([
  ['x.jsonl', '{"text":"a"}\n{"text": "b\n', 'x.jsonl, line 2 is not JSON: {"text": "b'],
  ['x.jsonl', '{"output":"a","input":"b"}\n', 'line 1 has no field text; it has output, input'],
  ['x.jsonl', '{"text":"a"}\n{"text":""}\n', 'x.jsonl, line 2: the field text is empty'],
  ['x.jsonl', '{"text":7}\n', 'x.jsonl, line 1: the field text is not text but 7'],
  ['x.jsonl', '"text"\n', 'x.jsonl, line 1 is not an object'],
  ['x.jsonl', '\n \n', 'x.jsonl has no rows'],
  ['x.json', '[\n{"text":"a"},\n{"text":b}\n]', 'x.json, line 3: not JSON'],
  ['x.json', '[\n{"text":"a"},\n', 'x.json, line 3: not JSON'],
  ['x.json', '{"text":"a"}', 'x.json does not hold an array of rows'],
  ['x.json', '[]', 'x.json has no rows'],
  ['x.json', '[{"text":"a"},{"code":"b"}]', 'x.json, row 2 has no field text'],
  ['x.parquet', 'PAR1, not really', 'x.parquet cannot be read as Parquet'],
  ['x.csv', 'text\na\n', 'x.csv is none of .jsonl, .json, .parquet and .txt'],
])('%s with %j is refused in one line', async (name, content, message) => {
  const error = await readRows(bytesOf(content), name, CHOICE).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  expect(String(error)).not.toContain('\n');
});

test('names and text of a stranger stand in an error shortened and without control characters', async () => {
  const rows = bytesOf(`${JSON.stringify({ [`a\n\u001b[2J${'x'.repeat(5_000)}`]: 1 })}\n`);
  const error = await readRows(rows, 'x.jsonl', CHOICE).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/has a\\n\\u\{1b\}\[2Jx+… \(5006 characters in all\)/);
  expect(String(error).length).toBeLessThan(300);
});

test('a number of 64 bits in Parquet is not text', async () => {
  const columnData = [{ name: 'text', data: [7n], type: 'INT64' as const }];
  const parquet = new Uint8Array(parquetWriteBuffer({ columnData }));
  await expect(readRows(parquet, 'x.parquet', CHOICE)).rejects.toMatchObject({
    kind: 'usage',
    message: 'x.parquet, row 1: the field text is not text but "7"; choose another with --field',
  });
});

test('bytes of a Parquet text that are not UTF-8 are refused with their row', async () => {
  const data = [bytesOf('fine'), Uint8Array.of(0x61, 0xff)];
  const columnData = [{ name: 'text', data, type: 'BYTE_ARRAY' as const }];
  const parquet = new Uint8Array(parquetWriteBuffer({ columnData }));
  await expect(readRows(parquet, 'x.parquet', { ...CHOICE, rows: 1 })).resolves.toEqual(['fine']);
  await expect(readRows(parquet, 'x.parquet', CHOICE)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('row 2: the bytes of the field text are not UTF-8'),
  });
});

test('bytes that are no text are refused with their line', async () => {
  const bytes = Uint8Array.of(...bytesOf('{"text":"a"}\n{"text":"'), 0xff, 0xfe, 0x22, 0x7d);
  await expect(readRows(bytes, 'x.jsonl', CHOICE)).rejects.toThrow(
    'x.jsonl, line 2: its bytes are not UTF-8 text',
  );
});

test('a text is untrimmed, but for a byte-order mark', () => {
  const text = '  a\r\n\n';
  expect(decodeText(bytesOf(text), 'x.txt')).toBe(text);
  expect(decodeText(bytesOf(`\uFEFF${text}`), 'x.txt')).toBe(text);
});
