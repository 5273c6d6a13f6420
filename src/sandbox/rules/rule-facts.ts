/*
 * What runs inside the isolate before any rule. The functions of this file go there as their own
 * source text: they may use one another and the language's own objects, and nothing else.
 */

type Node = Record<PropertyKey, unknown>;

/** How the functions below tell that a rule asks for what is missing. */
type Fail = (what: string) => never;

/**
 * Makes facts read-only and loud. Plainly, a metric that was not measured is an object that says so,
 * or nothing, and `undefined < 40` is false: a rule about it would fail or, negated, pass. Here
 * reading it throws and is remembered, so that catching does not help; `'tpotMs' in cell` tells
 * whether it can be read.
 */
function exposeFacts(json: string) {
  let miss: string | undefined;
  const fail: Fail = (what) => {
    miss ??= what;
    throw new Error(what);
  };
  const facts = wrapper(fail)({ '': JSON.parse(json) }, '', '');
  const refuse = (): never => fail('facts cannot be changed (== compares, = assigns)');
  for (const name of ['cell', 'cells', 'reference', 'report']) {
    Object.defineProperty(globalThis, name, {
      get: () => Reflect.get(Object(facts), name),
      set: refuse,
    });
  }
  guardPlainValues(fail);
  removeTheUnpredictable();
  return { facts, firstMiss: () => miss };
}

/** Gives a function that reads a property, and wraps what it finds in the same way. */
function wrapper(fail: Fail) {
  const wrapped = new WeakMap<object, object>();
  const refuse = (): never => fail('facts cannot be changed (== compares, = assigns)');
  const read = (target: Node, name: string, path: string): unknown => {
    if (Array.isArray(target) && !Object.hasOwn(target, name) && name in target) {
      return Reflect.get(target, name);
    }
    const value = Object.hasOwn(target, name) ? target[name] : undefined;
    const place = path === '' ? name : `${path}.${name}`;
    if (isMissing(value)) {
      return fail(
        isNode(value)
          ? `${place} was not measured (${String(value['notRun'])})`
          : `there is no ${place}`,
      );
    }
    return isNode(value) ? (wrapped.get(value) ?? wrap(value, place)) : value;
  };
  const wrap = (node: Node, path: string): object => {
    const proxy = new Proxy(node, {
      get: (target, name) =>
        typeof name === 'symbol' ? readSymbol(target, name, path) : read(target, name, path),
      has: (target, name) => Object.hasOwn(target, name) && !isMissing(target[name]),
      getOwnPropertyDescriptor: (target, name) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(target, name);
        return descriptor === undefined || name === 'length'
          ? descriptor
          : { ...descriptor, value: read(target, String(name), path) };
      },
      set: refuse,
      defineProperty: refuse,
      deleteProperty: refuse,
      setPrototypeOf: refuse,
      preventExtensions: refuse,
    });
    wrapped.set(node, proxy);
    return proxy;
  };
  const readSymbol = (target: Node, name: symbol, path: string): unknown =>
    name === Symbol.toPrimitive
      ? fail(`${path} is not a single figure; compare one of ${Object.keys(target).join(', ')}`)
      : Reflect.get(target, name);
  return read;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (isNode(value) && Object.hasOwn(value, 'notRun'));
}

/** A plain number has no `median`: without this, asking for it would be `undefined` again. */
function guardPlainValues(fail: Fail): void {
  const { prototype } = Object;
  for (const kind of [Number, String, Boolean]) {
    const parent = new Proxy(prototype, {
      get: (target, name, receiver) =>
        typeof name === 'symbol' || name in target
          ? Reflect.get(target, name, receiver)
          : fail(`${String(receiver)} is a plain value and has no ${name}`),
    });
    Object.setPrototypeOf(kind.prototype, parent);
  }
}

/** A gate decides the same every time, and WebAssembly's memory is outside the isolate's limit. */
function removeTheUnpredictable(): void {
  Reflect.deleteProperty(globalThis, 'Date');
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  Reflect.deleteProperty(Math, 'random');
}

/**
 * The body of a function of one argument, the facts as JSON. It returns `facts`, and `firstMiss`,
 * which tells what was asked for in vain, if anything was.
 */
export const EXPOSE_FACTS = [
  ...[exposeFacts, wrapper, isNode, isMissing, guardPlainValues, removeTheUnpredictable].map(
    String,
  ),
  'return exposeFacts($0);',
].join('\n');
