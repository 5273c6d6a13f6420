import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fileText, linesText } from '../../src/records/file-text.ts';

const TEXT = '{"a": "é"}\r\n';
const BOM = '\uFEFF';

/** UTF-16 with the high byte first. */
function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte-order mark', Buffer.from(BOM + TEXT)],
  ['UTF-16, as Windows writes it', Buffer.from(BOM + TEXT, 'utf16le')],
  ['UTF-16 of the other order', bigEndian(BOM + TEXT)],
  ['gzip', gzipSync(TEXT)],
  ['gzip of a text with a byte-order mark', gzipSync(BOM + TEXT)],
])('%s is the same text', (_, bytes) => {
  expect(fileText(bytes)).toBe(TEXT);
  expect(linesText(bytes)).toBe('{"a": "é"}\n');
});

test('what is no text is not read as some', () => {
  expect(() => fileText(Uint8Array.of(0x61, 0xff))).toThrow(TypeError);
  expect(() => fileText(Uint8Array.of(0x1f, 0x8b, 0, 0))).toThrow(Error);
});
