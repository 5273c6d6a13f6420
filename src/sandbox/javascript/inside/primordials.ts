/*
 * Goes into the isolates as its own source text, as the rest of this folder does.
 */

/** The language's own means, as they are before any completion runs. */
function primordials() {
  const { keys, getPrototypeOf, hasOwn, is, prototype: objectPrototype } = Object;
  const { stringify } = JSON;
  const { isArray } = Array;
  const { get, apply } = Reflect;
  const { getTime } = Date.prototype;
  const mapEach = Map.prototype.forEach;
  const setEach = Set.prototype.forEach;
  const { toString: sourceOf } = RegExp.prototype;
  const numberOf = Number.prototype.valueOf;
  const stringOf = String.prototype.valueOf;
  const booleanOf = Boolean.prototype.valueOf;
  const mapPrototype = Map.prototype;
  const setPrototype = Set.prototype;
  const datePrototype = Date.prototype;
  const numberPrototype = Number.prototype;
  const stringPrototype = String.prototype;
  const booleanPrototype = Boolean.prototype;
  const regExpPrototype = RegExp.prototype;
  const { toStringTag } = Symbol;

  const answers = (method: unknown, value: object, args: unknown[]): boolean => {
    try {
      apply(method as () => unknown, value, args);
      return true;
    } catch {
      return false;
    }
  };
  const number = (value: number): string => {
    if (is(value, -0)) {
      return '["n","-0"]';
    }
    return value - value === 0 ? `${value}` : `["n","${value}"]`;
  };

  return {
    keys: (value: object): string[] => keys(value),
    prototypeOf: (value: object): unknown => getPrototypeOf(value),
    objectPrototype: objectPrototype as unknown,
    isArray: (value: unknown): boolean => isArray(value),
    has: (value: object, name: string | number): boolean => hasOwn(value, name),
    get: (value: object, name: string | number): unknown => get(value, name),
    stringify: (value: unknown): string => stringify(value),
    number,
    text: (value: unknown): string => (typeof value === 'number' ? `${value}` : typeof value),
    isMap: (value: object): boolean => answers(mapEach, value, [() => {}]),
    isSet: (value: object): boolean => answers(setEach, value, [() => {}]),
    isCollection: (prototype: unknown): boolean =>
      prototype === mapPrototype || prototype === setPrototype,
    eachOfMap: (value: Map<unknown, unknown>, visit: (item: unknown, key: unknown) => void) =>
      apply(mapEach, value, [visit]),
    eachOfSet: (value: Set<unknown>, visit: (item: unknown) => void) =>
      apply(setEach, value, [visit]),
    /** A date, a boxed value or a regular expression; `undefined` for anything else. */
    boxed: (value: object, prototype: unknown): string | undefined => {
      try {
        switch (prototype) {
          case datePrototype:
            return `["d",${number(apply(getTime, value, []))}]`;
          case numberPrototype:
            return `["b",${number(apply(numberOf, value, []))}]`;
          case stringPrototype:
            return `["b",${stringify(apply(stringOf, value, []))}]`;
          case booleanPrototype:
            return `["b",${apply(booleanOf, value, []) ? 'true' : 'false'}]`;
          case regExpPrototype:
            return `["r",${stringify(apply(sourceOf, value, []))}]`;
          default:
            return undefined;
        }
      } catch {
        return undefined; // an object that only has that prototype
      }
    },
    /** How an object calls its class, for people. */
    nameOf: (value: object): string => {
      const tag: unknown = get(value, toStringTag);
      const constructor: unknown = get(value, 'constructor');
      const name: unknown =
        typeof constructor === 'function' ? get(constructor, 'name') : undefined;
      return shortName(name) ?? shortName(tag) ?? 'object';
    },
  };
}

function shortName(name: unknown): string | undefined {
  return typeof name === 'string' && name.length > 0 && name.length <= 80 ? name : undefined;
}

export type Primordials = ReturnType<typeof primordials>;

/** Source that declares `primordials`. */
export const PRIMORDIALS = [primordials, shortName].map(String).join('\n');
