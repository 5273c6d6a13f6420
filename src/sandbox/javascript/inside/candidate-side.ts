import { CODEC, type Bounds } from './codec.ts';

/*
 * What runs in the candidate's isolate before any completion: the few things of Node that a
 * completion may use, and what answers calls. Nothing here protects anything: the completion may
 * change all of it. What protects is that its isolate is given text and gives text, and knows
 * neither the test nor what is expected.
 */

declare function makeEncoder(bounds: Bounds): (value: unknown, opaque: boolean) => string;
declare function makeDecoder(opaque: (name: string) => object): (text: string) => unknown;
declare class CannotCross {
  readonly kind: string;
  readonly detail: string;
}

/** Prepares the isolate; what it gives is called from outside. `seed` is of `Math.random`. */
function openCandidate(bounds: Bounds, seed: number, md5: string) {
  const encode = makeEncoder(bounds);
  const decode = makeDecoder(() => ({}));
  const { apply } = Reflect;
  let entry: unknown;
  seedRandom(seed);
  exposeNode(
    (value) => decode(encode(value, false)),
    () => loadModule(md5),
  );
  return {
    /** Takes the function that calls go to, as the completion has defined it. */
    take: (found: unknown): void => {
      entry = found;
    },
    /** One call: `A` and the answer, `R` and what was raised, or `L` and why it cannot cross. */
    call: (text: string): string => {
      try {
        const args = decode(text) as unknown[];
        const answer: unknown = apply(entry as () => unknown, undefined, args);
        return `A${encode(answer, true)}`;
      } catch (error) {
        return error instanceof CannotCross
          ? `L${error.detail}`
          : `R${encode(describeError(error), false)}`;
      }
    },
  };
}

/** Whatever was thrown, as plain data: name, message, line of the program. */
function describeError(error: unknown): unknown[] {
  const part = (name: string): string => {
    try {
      const value: unknown = Reflect.get(Object(error), name);
      return typeof value === 'string' ? value.slice(0, 500) : '';
    } catch {
      return '';
    }
  };
  if (typeof error !== 'object' || error === null) {
    return ['', String(error).slice(0, 500), undefined];
  }
  const line = /completion\.js:(\d+)/.exec(part('stack'));
  return [part('name'), part('message'), line === null ? undefined : Number(line[1])];
}

/** A sequence of its own, the same each time; not the test's, or a candidate would draw its inputs. */
function seedRandom(seed: number): void {
  let state = seed;
  // mulberry32
  Math.random = function random(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The few names of Node that functions of this kind use. Output goes nowhere. */
function exposeNode(clone: (value: unknown) => unknown, md5: () => unknown): void {
  const silent = (): void => {};
  const names = ['log', 'error', 'warn', 'info', 'debug', 'trace', 'dir', 'table', 'assert'];
  names.push('group', 'groupEnd', 'time', 'timeEnd', 'count', 'clear');
  const exports = {};
  const require = (name: unknown): unknown => {
    if (name === 'js-md5') {
      return md5();
    }
    if (name === 'crypto' || name === 'node:crypto') {
      return { createHash: (algorithm: unknown) => createHash(algorithm, md5) };
    }
    throw Object.assign(new Error(`Cannot find module '${String(name)}'`), {
      code: 'MODULE_NOT_FOUND',
    });
  };
  const given = {
    console: Object.fromEntries(names.map((name) => [name, silent])),
    module: { exports },
    exports,
    require,
    structuredClone: clone,
  };
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
  removeSharedMemory();
}

/** Waiting on shared memory would block a thread for good. */
function removeSharedMemory(): void {
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) {
    Reflect.deleteProperty(globalThis, name);
  }
}

interface Md5 {
  (text: unknown): string;
  create(): { update(text: unknown): { hex(): string } };
}

/** Of `crypto` the one hash that tasks ask for. */
function createHash(algorithm: unknown, md5: () => unknown) {
  if (String(algorithm).toLowerCase() !== 'md5') {
    throw new Error('Digest method not supported');
  }
  const hash = (md5() as Md5).create();
  const made = {
    update: (text: unknown) => {
      hash.update(text);
      return made;
    },
    digest: (encoding: unknown) => {
      if (encoding !== 'hex') {
        throw new Error('only hex digests are supported');
      }
      return (hash as unknown as { hex(): string }).hex();
    },
  };
  return made;
}

/** Runs the source of a CommonJS module. */
function loadModule(source: string): unknown {
  const module = { exports: {} as unknown };
  new Function('module', 'exports', source)(module, module.exports);
  return module.exports;
}

/** The body of a function of three arguments: the bounds, the seed, and the source of js-md5. */
export const CANDIDATE_SIDE = [
  CODEC,
  ...[
    openCandidate,
    describeError,
    seedRandom,
    exposeNode,
    removeSharedMemory,
    createHash,
    loadModule,
  ].map(String),
  'return openCandidate($0, $1, $2);',
].join('\n');

/** Functions that the checker's isolate needs too. */
export const SHARED = [seedRandom, removeSharedMemory].map(String).join('\n');
