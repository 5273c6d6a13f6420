import * as fc from 'fast-check';

/** What replaces a piece of a text: other JSON, what JSON is made of, and bytes that nothing expects. */
const PIECES = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('', '\n', '{', '}', '[', ']', '"', ',', ':', 'null', '1e999', '-1', '\\u0000'),
  fc.constantFrom('\u{0}', '\u{feff}', '\u{1b}[2J', '\u{202e}', '\ud800', '9'.repeat(400)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
);

/** Texts that were right and have had pieces taken out, put in and repeated. */
export function mutatedText(right: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: right.length });
  const edit = fc.tuple(place, fc.nat({ max: 30 }), PIECES);
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    let text = right;
    for (const [at, length, piece] of edits) {
      text = text.slice(0, at) + piece + text.slice(at + length);
    }
    return text;
  });
}

/** JSON values that were right and have had one of their inner values replaced, or taken out. */
export function mutatedJson(right: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(right);
  return fc
    .tuple(fc.constantFrom(...paths), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(GONE)))
    .map(([path, value]) => replaced(right, path, value));
}

/** Bytes that were right and have had some overwritten, or their end cut off. */
export function mutatedBytes(right: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(fc.nat({ max: right.length - 1 }), fc.uint8Array({ maxLength: 9 }));
  const cut = fc.option(fc.nat({ max: right.length }), { freq: 3 });
  return fc.tuple(fc.array(edit, { minLength: 1, maxLength: 4 }), cut).map(([edits, end]) => {
    const bytes = right.slice(0, end ?? right.length);
    for (const [at, piece] of edits) {
      bytes.set(piece.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
    }
    return bytes;
  });
}

const GONE = Symbol('gone');

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]))
      : [];
  return [path, ...inner];
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    return by === GONE ? null : by;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value)
    .map(([key, one]) => [key, key === name ? replaced(one, rest, by) : one] as const)
    .filter(([key]) => !(by === GONE && rest.length === 0 && key === name));
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}
