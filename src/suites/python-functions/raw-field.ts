/**
 * The text of a field's value in a line of JSON, an object, as it stands there: parsing it here
 * would round integers beyond 2^53 and put an object's numeric keys first. Throws where the line
 * has no such field. The line must be JSON.
 */
export function rawField(line: string, name: string): string {
  const key = JSON.stringify(name);
  let at = line.indexOf('{') + 1;
  while (at < line.length) {
    const keyStart = line.indexOf('"', at);
    if (keyStart < 0) {
      break;
    }
    const keyEnd = endOfString(line, keyStart);
    const valueStart = line.indexOf(':', keyEnd) + 1;
    const valueEnd = endOfValue(line, valueStart);
    if (line.slice(keyStart, keyEnd) === key) {
      return line.slice(valueStart, valueEnd).trim();
    }
    at = valueEnd + 1;
  }
  throw new RangeError(`no field ${name}`);
}

/** The place after the quote that closes the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

/** The place of the comma or bracket behind the value which begins at `start`. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (depth === 0 && (char === ',' || char === '}')) {
      return at;
    }
    if (char === '[' || char === '{') {
      depth += 1;
    } else if (char === ']' || char === '}') {
      depth -= 1;
    }
    at += 1;
  }
  return at;
}
