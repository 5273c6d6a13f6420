/*
 * JSON of other people, whose every field comes out again as it went in. JSON.parse rounds large
 * integers and floats, forgets doubled keys and sorts those that look like numbers, and Python writes
 * NaN and infinities bare; so fields that are not ours are copied as text.
 */

/** One field of an object: its name, its text with name and colon, and its value's alone. */
export interface Member {
  readonly name: string;
  readonly text: string;
  readonly value: string;
}

const NON_FINITE = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** What matters to find the fields of an object: texts, brackets and separators. */
const MARKS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/**
 * Parses JSON as Python writes it: NaN and infinities, which JSON has not, are null. Who needs them
 * reads the text itself. Throws a SyntaxError for anything else that is not JSON.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(NON_FINITE, (found) => (found.startsWith('"') ? found : 'null')));
}

/** The fields of a text that `parseJson` takes for an object, in their order, doubled ones twice. */
export function membersOf(object: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let start = 0;
  const end = (at: number): void => {
    const text = object.slice(start, at).trim();
    const [quoted] = /^"(?:[^"\\]|\\.)*"/.exec(text) ?? [];
    if (quoted !== undefined) {
      const value = text.slice(text.indexOf(':', quoted.length) + 1).trim();
      members.push({ name: String(JSON.parse(quoted)), text, value });
    }
    start = at + 1;
  };
  for (const { 0: mark, index } of object.matchAll(MARKS)) {
    if (mark === '{' || mark === '[') {
      depth += 1;
      start = depth === 1 ? index + 1 : start;
    } else if (mark === '}' || mark === ']') {
      depth -= 1;
      if (depth === 0) {
        end(index);
      }
    } else if (mark === ',' && depth === 1) {
      end(index);
    }
  }
  return members;
}

/** The text of a field's value, as it stands there. Throws where there is no such field. */
export function rawField(members: readonly Member[], name: string): string {
  const found = members.find((member) => member.name === name);
  if (found === undefined) {
    throw new RangeError(`no field ${name}`);
  }
  return found.value;
}

/** The text of an object with fields set at its end; all others stand as they stood. */
export function withMembers(object: string, added: Readonly<Record<string, unknown>>): string {
  const kept = membersOf(object).filter(({ name }) => !Object.hasOwn(added, name));
  const ours = Object.entries(added)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${[...kept.map(({ text }) => text), ...ours].join(',')}}`;
}
