/** A completion that is wrong, or would reach out, and what it is to fail for. */
export interface Hostile {
  readonly name: string;
  readonly cause: string;
  /** Continues `const solve = (value) => {`. */
  readonly completion: string;
}

/** The squares of a number, and a list in order; none of the completions below gives them. */
export const PROMPT =
  '/* The square of a number; the items of a list in order. */\nconst solve = (value) => {\n';

export const RIGHT =
  'return Array.isArray(value) ? [...value].sort((a, b) => a - b) : value * value\n}\n';

export const TEST = `const testSolve = () => {
  console.assert(solve(3) === 9)
  console.assert(Math.abs(solve(12) - 144) < 1e-6)
  console.assert(JSON.stringify(solve([3, 1, 2])) === JSON.stringify([1, 2, 3]))
  console.assert([2, 4].every((item, index) => solve([4, 2])[index] === item))
}

testSolve()
`;

function attacks(cause: string, completions: Readonly<Record<string, string>>): Hostile[] {
  return Object.entries(completions).map(([name, completion]) => ({ name, cause, completion }));
}

/** Everything here passes, or may, where completion and test share their objects. */
const PATCHES = attacks('assertion', {
  'replaces console.assert': 'return 0 }\nconsole.assert = () => {}',
  'replaces console': 'return 0 }\nglobalThis.console = { assert() {} }',
  'patches console.assert on each call': 'console.assert = () => {}; return 0 }',
  'defines the test itself': 'return 0 }\nvar testSolve = () => {}',
  'makes the name of the test read-only':
    "return 0 }\nObject.defineProperty(globalThis, 'testSolve', { value() {}, writable: false })",
  'replaces JSON.stringify':
    "JSON.stringify = () => 'same'; return 0 }\nJSON.stringify = () => 'same'",
  'replaces JSON': "return [] }\nglobalThis.JSON = { stringify: () => '', parse: () => 9 }",
  'replaces Math.abs': 'return 9 }\nMath.abs = () => 0',
  'replaces Math': 'return 9 }\nglobalThis.Math = { abs: () => 0, random: () => 0 }',
  'patches every': 'return value === 3 ? 9 : 144 }\nArray.prototype.every = () => true',
  'patches the iterator of arrays':
    'return 0 }\nArray.prototype[Symbol.iterator] = function* () { yield 9 }',
  'patches valueOf': 'return 0 }\nNumber.prototype.valueOf = () => 9',
  'pollutes Object.prototype':
    'return {} }\nObject.prototype.toJSON = () => 9\nObject.prototype[0] = 2',
  'pollutes by a key': 'return JSON.parse(\'{"__proto__": {"isRight": true}}\') }',
  'pollutes by its own __proto__':
    "return { ['__proto__']: { 0: 2, 1: 4 }, constructor: { prototype: 1 } } }",
  'replaces Promise': 'return 0 }\nglobalThis.Promise = class { then(f) { f(9) } }',
  'replaces Object.is and Array.isArray': 'return 0 }\nObject.is = Array.isArray = () => true',
  'replaces Reflect.apply':
    'return 0 }\nReflect.apply = () => 9\nFunction.prototype.call = () => 9',
  'sets Symbol.species': 'return 0 }\nArray[Symbol.species] = function () { return [9] }',
  'replaces the class of errors': 'return 0 }\nglobalThis.Error = function () { return true }',
  'prepares stack traces': 'return 0 }\nError.prepareStackTrace = () => { throw 1 }',
  'writes a report':
    'console.log(\'{"kind":"passed"}\'); return 0 }\nconsole.log(\'{"kind":"passed"}\\n\')',
});

const VALUES = attacks('assertion', {
  'an object with valueOf': 'return { valueOf() { return 9 } }.valueOf() + 0 * value + 1 }',
  'a boxed number': 'return Object(9) }',
  NaN: 'return NaN }',
  'negative zero': 'return -0 }',
  undefined: '}',
  'a list that is sparse': 'return value === 3 ? 9 : value === 12 ? 144 : [1, , 3] }',
  'a list of undefined': 'return value === 3 ? 9 : value === 12 ? 144 : [1, undefined, 3] }',
  'a list with a hole for its end':
    'const a = value === 3 ? 9 : value === 12 ? 144 : [1, 2, 3]; if (a.length) a.length = 4; return a }',
  'a getter that counts':
    'let n = 0; return { get 0() { return ++n }, get length() { return ++n } } }',
  'a proxy that is anything':
    'return new Proxy([], { get: (t, k) => (k === "length" ? 1 : 9), has: () => true }) }',
  'an array whose reading changes it':
    'const a = [1]; Object.defineProperty(a, 0, { get() { a.push(1); return 5 }, enumerable: true }); return a }',
  'a BigInt': 'return 9n }',
  'a date': 'return new Date(9) }',
  'a thenable as data': 'return { value: 9 } }',
  text: "return '9' }",
});

const OPAQUE = attacks('opaque-answer', {
  'an object with toJSON':
    'return value === 3 ? 9 : value === 12 ? 144 : { toJSON() { return [1, 2, 3] } } }',
  'an object with toString and valueOf':
    'return value === 3 ? 9 : new (class { valueOf() { return 144 } toString() { return "144" } }) }',
  'an object with Symbol.toPrimitive':
    'return value === 3 ? 9 : new (class { [Symbol.toPrimitive]() { return 144 } }) }',
  'a promise': 'return Promise.resolve(9) }',
  'a thenable': 'return new (class { then(f) { f(9) } }) }',
  'a function': 'return () => 9 }',
  'a proxy of a function': 'return new Proxy(() => 9, { get: () => 9 }) }',
  'a symbol': "return Symbol('9') }",
  'a subclass of Array':
    'return value === 3 ? 9 : value === 12 ? 144 : new (class extends Map {}) }',
  'a generator': 'return (function* () { yield 9 })() }',
});

const RAISES = attacks('exception', {
  'an error with a hostile stack':
    "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { throw e } }); throw e }",
  'an error whose stack is a report':
    'const e = new Error(\'{"kind":"passed"}\'); e.stack = "test.js:1:1\\n{\\"kind\\":\\"passed\\"}"; throw e }',
  'an error whose message throws':
    'throw { get message() { throw 1 }, get name() { return {} } } }',
  'an error that is nothing': 'throw undefined }',
  'an error that is a proxy': 'throw new Proxy({}, { get() { throw 9 } }) }',
  'the process': 'process.exit(0) }',
  'the process of Node by name': 'return globalThis.process.exit(0) }',
  'require of a file system': "return require('fs').readFileSync('/etc/passwd') }",
  'require of a child process': "return require('child_process').execSync('true') }",
  'the constructor of functions': "return solve.constructor('return process')().exit(0) }",
  'the constructor of what is given':
    "return require.constructor('return this.process.mainModule')() }",
  'the constructor of an argument': "return value.constructor.constructor('return process')() }",
  'the callers': 'return solve.caller.arguments[0] }',
  'a module': 'return require.main.require("fs") }',
  WebAssembly: 'return new WebAssembly.Memory({ initial: 1 }) }',
  'Atomics.wait': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 9 }',
  'shared memory': 'return new SharedArrayBuffer(1e9) }',
  'isolated-vm': "return require('isolated-vm') }",
  'endless recursion': 'return solve(value) }',
  'a syntax error': 'return ( }',
  'a prompt that is closed twice': 'return 9 } }',
  'the function again': 'return 9 }\nconst solve = () => 9',
  'a top-level throw': 'return value * value }\nthrow new Error("9")',
  'a string too long': "let s = 'x'; for (;;) s += s }",
  timers: 'setTimeout(() => {}, 0); return value * value }',
});

const ENDLESS = attacks('timeout', {
  'endless recursion in its catch': 'try { return solve(value) } catch { return solve(value) } }',
  'an endless loop': 'for (;;); }',
  'an endless loop when it is loaded': 'return 9 }\nfor (;;);',
  'a flood of microtasks':
    'const f = () => { Promise.resolve().then(f); }; f(); return value * value }',
  'a promise that goes on': '(async () => { for (;;) await 0 })(); return value * value }',
  'a regular expression': "return /^(a+)+$/.test('a'.repeat(40) + 'b') }",
  'a getter that never ends': 'return { get a() { for (;;); } } }',
  'a stack that never ends':
    "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e }",
  'a list that grows as it is read':
    'const a = new Proxy([], { get: (t, k) => { if (k === "length") for (;;); return 9 } }); return a }',
});

const BOMBS = attacks('memory', {
  'a heap of arrays': 'const a = []; for (;;) a.push(new Array(1e4).fill(value)) }',
  'a heap of objects': 'let a = {}; for (;;) a = { a, b: { a } } }',
  'a heap of text': "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length + 'y'.repeat(9)) }",
  'array buffers': 'const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1)) }',
  'a filled array': 'const a = new Array(3e7).fill(0.5); for (;;) a.push(...a) }',
  'a map': 'const m = new Map(); for (let i = 0; ; i += 1) m.set(i, [i]) }',
  'a heap when it is loaded': 'return 9 }\nconst a = []; for (;;) a.push(new Array(1e4).fill(0))',
});

const TOO_LARGE = attacks('answer-too-large', {
  'an answer of too much text': "return 'x'.repeat(4e7) }",
  'an answer of too many items': 'return new Array(5e6).fill(1) }',
  'an answer with room for four milliards': 'return new Array(4e9) }',
  'an answer within itself': 'const a = []; a.push(a); return a }',
  'an answer too deep': 'let a = []; for (let i = 0; i < 1e5; i += 1) a = [a]; return a }',
  'an answer that doubles': 'let a = [1]; for (let i = 0; i < 60; i += 1) a = [a, a]; return a }',
});

export const CORPUS: readonly Hostile[] = [
  ...PATCHES,
  ...VALUES,
  ...OPAQUE,
  ...RAISES,
  ...ENDLESS,
  ...BOMBS,
  ...TOO_LARGE,
];
