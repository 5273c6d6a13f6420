import { PRIMORDIALS, type Primordials } from './primordials.ts';

/*
 * Plain data as text, on its way from one isolate to the other. The functions of this file go into
 * the isolates as their own source text: they may use one another and the language's own objects,
 * and nothing else. A completion may patch those objects later, so all that is used of them is taken
 * once, before it runs, and no method is looked up on a value.
 *
 * A value is its own JSON where that says all of it; else an array: a mark, and what belongs to it.
 */

/** Marks of the arrays that stand for a value. */
type Mark = 'a' | 'o' | 'O' | 'u' | 'h' | 'n' | 'i' | 'd' | 'm' | 's' | 'b' | 'r' | 'x';

declare function primordials(): Primordials;

/** What is beyond the bounds on a value. */
interface Bounds {
  readonly chars: number;
  readonly values: number;
  readonly depth: number;
}

/** Thrown by `encode`: the value cannot cross. */
class CannotCross {
  readonly kind: 'too-large' | 'not-plain';
  readonly detail: string;

  constructor(kind: 'too-large' | 'not-plain', detail: string) {
    this.kind = kind;
    this.detail = detail;
  }
}

/**
 * Gives `encode`, which reads every property once. What is no plain data stands for itself as an
 * opaque value, of which only its name is told, or is refused.
 */
function makeEncoder({ chars, values, depth: deepest }: Bounds) {
  const own = primordials();
  let left = 0;
  let written = 0;

  const count = (text: string): string => {
    written += text.length;
    left -= 1;
    if (written > chars) {
      throw new CannotCross('too-large', `more than ${chars} characters`);
    }
    if (left < 0) {
      throw new CannotCross('too-large', `more than ${values} values`);
    }
    return text;
  };

  const list = (value: object, depth: number, opaque: boolean): string => {
    const length = own.get(value, 'length');
    if (typeof length !== 'number' || length > left) {
      throw new CannotCross('too-large', `an array of ${own.text(length)} places`);
    }
    let text = '["a"';
    for (let index = 0; index < length; index += 1) {
      const item = own.has(value, index)
        ? write(own.get(value, index), depth, opaque)
        : count('["h"]');
      text += `,${item}`;
    }
    return `${text}]`;
  };

  const record = (value: object, depth: number, opaque: boolean): string => {
    const names = own.keys(value);
    const { length } = names;
    let text = own.prototypeOf(value) === null ? '["O"' : '["o"';
    for (let index = 0; index < length; index += 1) {
      const name = names[index];
      text += `,${count(own.stringify(name))},${write(own.get(value, name ?? ''), depth, opaque)}`;
    }
    return `${text}]`;
  };

  const collection = (value: object, depth: number, opaque: boolean): string | undefined => {
    if (own.isMap(value)) {
      let text = '["m"';
      own.eachOfMap(value as Map<unknown, unknown>, (item, key) => {
        text += `,${write(key, depth, opaque)},${write(item, depth, opaque)}`;
      });
      return `${text}]`;
    }
    if (own.isSet(value)) {
      let text = '["s"';
      own.eachOfSet(value as Set<unknown>, (item) => {
        text += `,${write(item, depth, opaque)}`;
      });
      return `${text}]`;
    }
    return undefined;
  };

  const composite = (value: object, depth: number, opaque: boolean): string => {
    if (depth > deepest) {
      throw new CannotCross('too-large', `more than ${deepest} levels, or a value within itself`);
    }
    if (own.isArray(value)) {
      return list(value, depth + 1, opaque);
    }
    const prototype = own.prototypeOf(value);
    if (prototype === own.objectPrototype || prototype === null) {
      return record(value, depth + 1, opaque);
    }
    const inside = own.boxed(value, prototype);
    if (inside !== undefined) {
      return inside;
    }
    const text = own.isCollection(prototype) ? collection(value, depth + 1, opaque) : undefined;
    return text ?? unknown(own.nameOf(value), false, opaque);
  };

  const unknown = (name: string, callable: boolean, opaque: boolean): string => {
    if (!opaque) {
      throw new CannotCross('not-plain', name);
    }
    return count(`["x",${own.stringify(name)},${callable ? 'true' : 'false'}]`);
  };

  const write = (value: unknown, depth: number, opaque: boolean): string => {
    switch (typeof value) {
      case 'string':
        return count(own.stringify(value));
      case 'number':
        return count(own.number(value));
      case 'boolean':
        return count(value ? 'true' : 'false');
      case 'undefined':
        return count('["u"]');
      case 'bigint':
        return count(`["i","${value}"]`);
      case 'function':
        return unknown('function', true, opaque);
      case 'symbol':
        return unknown('symbol', false, opaque);
      default:
        return value === null ? count('null') : count(composite(value as object, depth, opaque));
    }
  };

  return (value: unknown, opaque: boolean): string => {
    left = values;
    written = 0;
    return write(value, 0, opaque);
  };
}

/**
 * Gives `decode`, which builds the value that a text of `encode` stands for. `opaque` makes what
 * stands for a value that is no plain data. The text is hostile: whatever is not of that form throws.
 */
function makeDecoder(opaque: (name: string, callable: boolean) => object) {
  const { parse } = JSON;
  const { defineProperty } = Object;
  const { isArray } = Array;
  const put = (target: object, name: string | number, value: unknown): void => {
    defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  };

  const list = (parts: readonly unknown[]): unknown[] => {
    const built: unknown[] = [];
    built.length = parts.length - 1;
    for (let index = 1; index < parts.length; index += 1) {
      const part = parts[index];
      if (!isArray(part) || part[0] !== 'h') {
        built[index - 1] = read(part);
      }
    }
    return built;
  };

  const record = (parts: readonly unknown[], target: object): object => {
    for (let index = 1; index < parts.length; index += 2) {
      put(target, String(parts[index]), read(parts[index + 1]));
    }
    return target;
  };

  const pairs = (parts: readonly unknown[]): Map<unknown, unknown> => {
    const built = new Map<unknown, unknown>();
    for (let index = 1; index < parts.length; index += 2) {
      built.set(read(parts[index]), read(parts[index + 1]));
    }
    return built;
  };

  const marked = (parts: readonly unknown[]): unknown => {
    const first = parts[1];
    switch (parts[0] as Mark) {
      case 'a':
        return list(parts);
      case 'o':
        return record(parts, {});
      case 'O':
        return record(parts, Object.create(null) as object);
      case 'u':
        return undefined;
      case 'n':
        return Number(first);
      case 'i':
        return BigInt(String(first));
      case 'd':
        return new Date(Number(read(first)));
      case 'b':
        return Object(read(first));
      case 'm':
        return pairs(parts);
      case 's':
        return new Set(list(parts));
      case 'r':
        return regExp(String(first));
      case 'x':
        return opaque(String(first), parts[2] === true);
      default:
        throw new SyntaxError('not a value');
    }
  };

  const regExp = (text: string): RegExp => {
    const end = text.lastIndexOf('/');
    return new RegExp(text.slice(1, end), text.slice(end + 1));
  };

  const read = (part: unknown): unknown => {
    if (isArray(part)) {
      return marked(part);
    }
    if (typeof part === 'object' && part !== null) {
      throw new SyntaxError('not a value');
    }
    return part;
  };

  return (text: string): unknown => read(parse(text));
}

/** Source that declares `makeEncoder`, `makeDecoder` and `CannotCross`. */
export const CODEC = [PRIMORDIALS, ...[CannotCross, makeEncoder, makeDecoder].map(String)].join(
  '\n',
);

export type { Bounds };
