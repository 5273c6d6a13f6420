import { SHARED } from './candidate-side.ts';
import { CODEC, type Bounds } from './codec.ts';

/*
 * What runs in the checker's isolate before any test: a `console` whose `assert` throws, and a
 * stand-in for the candidate, which lives in the other isolate. The completion never runs here; its
 * answers arrive as text and become plain data of this isolate's own.
 */

declare function makeEncoder(bounds: Bounds): (value: unknown, opaque: boolean) => string;
declare function makeDecoder(
  opaque: (name: string, callable: boolean) => object,
): (text: string) => unknown;
declare class CannotCross {
  readonly kind: string;
  readonly detail: string;
}
declare function seedRandom(seed: number): void;
declare function removeSharedMemory(): void;

/** Why the test says no. */
export interface Failure {
  readonly cause: string;
  readonly words?: string | undefined;
  /** Where in the test, and in the program of the candidate. */
  readonly testLine?: number | undefined;
  readonly programLine?: number | undefined;
  /** The last answer, in words. */
  readonly last?: string | undefined;
}

interface Host {
  /** Sends a call on, and gives the reply. Nothing where the sample is decided. */
  applySyncPromise(receiver: undefined, args: readonly [string]): string | undefined;
}

function openChecker(host: Host, bounds: Bounds) {
  const encode = makeEncoder(bounds);
  const state = {
    failure: undefined as Failure | undefined,
    last: undefined as { readonly value: unknown } | undefined,
    opaque: undefined as string | undefined,
  };
  const opaqueNames = new WeakMap<object, string>();
  const decode = makeDecoder((name, callable) => {
    state.opaque ??= name;
    const value = standInFor(callable, () =>
      fail('opaque-answer', `the test needs the value of an answer of type ${name}`),
    );
    opaqueNames.set(value, name);
    return value;
  });
  /** The first failure decides, whatever the test makes of what is thrown. */
  const fail = (cause: string, words?: string): never => {
    const last = state.last === undefined ? undefined : brief(state.last.value, 0);
    state.failure ??= { cause, words, testLine: testLine(new Error()), last };
    throw new Error(words ?? cause);
  };

  const question = (args: readonly unknown[]): string => {
    try {
      return encode(args, false);
    } catch (error) {
      const refused = error instanceof CannotCross ? error : undefined;
      return fail(
        'protocol',
        `the test passes a ${refused?.detail ?? 'value'}, which no other isolate can receive`,
      );
    }
  };
  const candidate = (...args: unknown[]): unknown => {
    for (const arg of args) {
      const name =
        typeof arg === 'object' || typeof arg === 'function'
          ? opaqueNames.get(Object(arg))
          : undefined;
      if (name !== undefined) {
        fail('opaque-answer', `the test passes on an answer of type ${name}`);
      }
    }
    const reply = host.applySyncPromise(undefined, [question(args)]);
    if (reply === undefined) {
      throw new Error('the sample is decided');
    }
    return answerOf(reply);
  };
  const answerOf = (reply: string): unknown => {
    const body = reply.slice(1);
    switch (reply[0]) {
      case 'A': {
        state.opaque = undefined;
        const value = decode(body);
        state.last = { value };
        return value;
      }
      case 'R':
        throw mirror(decode(body));
      default:
        return fail('answer-too-large', `an answer with ${body.slice(0, 200)}`);
    }
  };
  const assert = (claim: unknown): void => {
    if (!claim && state.opaque === undefined) {
      fail('assertion');
    }
    if (!claim) {
      fail('opaque-answer', `a value of type ${state.opaque} equals no plain data`);
    }
  };

  removeSharedMemory();
  Object.defineProperty(globalThis, 'console', {
    value: new Proxy(
      { assert },
      { get: (target, name) => (name === 'assert' ? target.assert : () => {}) },
    ),
  });
  return {
    candidate,
    /** Runs the test; what it failed for, if it did. `seed` is of what it draws at random. */
    run: (test: (standIn: unknown) => void, seed: number): Failure | undefined => {
      seedRandom(seed);
      try {
        test(candidate);
      } catch (error) {
        state.failure ??= thrownBy(error);
      }
      return state.failure;
    },
    /** After the test and what it left behind. */
    failure: (): Failure | undefined => state.failure,
  };
}

/** Raised by the candidate, and thrown again here under the same name. */
function mirror(description: unknown): Error {
  const [name, message, line] = (Array.isArray(description) ? description : []) as unknown[];
  const kinds: Record<string, ErrorConstructor> = {
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    EvalError,
    URIError,
  };
  const known = typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  const error = new (known ?? Error)(typeof message === 'string' ? message : '');
  const shown = typeof name === 'string' && name !== '' ? name : 'thrown';
  const raised = { words: `${shown}: ${error.message}`, programLine: line };
  return Object.defineProperty(error, 'raised', { value: raised });
}

/** What an exception that left the test says of the sample. */
function thrownBy(error: unknown): Failure {
  const raised: unknown = error instanceof Error ? Reflect.get(error, 'raised') : undefined;
  if (raised !== undefined) {
    const { words, programLine } = raised as Pick<Failure, 'words' | 'programLine'>;
    const isMemory = words?.startsWith('RangeError: Array buffer allocation failed') === true;
    return { cause: isMemory ? 'memory' : 'exception', words, programLine };
  }
  const words = error instanceof Error ? `${error.name}: ${error.message}` : brief(error, 0);
  return { cause: 'exception', words, testLine: testLine(error) };
}

function testLine(error: unknown): number | undefined {
  const stack: unknown = error instanceof Error ? error.stack : undefined;
  const found = typeof stack === 'string' ? /test\.js:(\d+)/.exec(stack) : null;
  return found === null ? undefined : Number(found[1]);
}

/** Stands for a value of the other isolate that is no plain data: any use of it decides the sample. */
function standInFor(callable: boolean, refuse: () => never): object {
  const traps = Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse] as const);
  const target = callable ? function opaque() {} : {};
  return new Proxy(target, Object.fromEntries(traps) as ProxyHandler<object>);
}

/** A short text of a value, for people. Never costs more than a few hundred characters. */
function brief(value: unknown, depth: number): string {
  const most = 6;
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, most).map((item) => (depth > 2 ? '…' : brief(item, depth + 1)));
    return `[${items.join(', ')}${value.length > most ? ', …' : ''}]`;
  }
  if (typeof value === 'bigint') {
    return `${value}n`.slice(0, 60);
  }
  if (typeof value !== 'object' || value === null) {
    return Object.is(value, -0) ? '-0' : typeof value === 'function' ? 'a function' : String(value);
  }
  return describeObject(value, depth);
}

function describeObject(value: object, depth: number): string {
  try {
    const name = value.constructor?.name ?? 'Object';
    if (name !== 'Object') {
      return `a ${name}`;
    }
    const fields = Object.entries(value).slice(0, 6);
    const shown = fields.map(
      ([key, item]) => `${key}: ${depth > 2 ? '…' : brief(item, depth + 1)}`,
    );
    return `{${shown.join(', ')}}`;
  } catch {
    return 'an opaque value';
  }
}

/** The body of a function of two arguments: what calls the candidate, and the bounds. */
export const CHECKER_SIDE = [
  CODEC,
  SHARED,
  ...[openChecker, mirror, thrownBy, testLine, standInFor, brief, describeObject].map(String),
  'return openChecker($0, $1);',
].join('\n');
