import ivm from 'isolated-vm';
import { z } from 'zod';
import type { RuleOutcome } from '../../records/rule.ts';
import { shortened } from '../../records/visible-text.ts';
import { EXPOSE_FACTS } from './rule-facts.ts';
import type { RuleLimits, RuleSource } from './messages.ts';

/** How much of a rule's own words an error shows. */
const SHOWN_CHARACTERS = 300;

/** Why a rule has no outcome, in words that follow its name. */
export class RuleFailure extends Error {}

/** What the rules of one source are run on. */
export interface RuleTrial {
  readonly cell: string;
  /** What they see, as JSON. */
  readonly json: string;
  readonly limits: RuleLimits;
  /** Told before each rule, and done when it is sure to be known if the rule ends this process. */
  readonly onTry: (rule: string) => Promise<void>;
}

/** Throws `RuleFailure` where a source is not a JavaScript of its form. Runs nothing of it. */
export async function compileRules(source: RuleSource, { heapMiB }: RuleLimits): Promise<void> {
  using isolate = new DisposableIsolate(heapMiB);
  try {
    if (source.kind === 'expression') {
      await isolate.inner.compileScript(functionOf(source));
      return;
    }
    const module = await isolate.inner.compileModule(source.text, { filename: source.name });
    const [specifier] = module.dependencySpecifiers;
    if (specifier !== undefined) {
      throw new RuleFailure(`imports ${specifier}; a rule has only its arguments`);
    }
  } catch (error) {
    throw error instanceof RuleFailure ? error : new RuleFailure(messageOf(error));
  }
}

/** Runs the rules of a source on one cell, in an isolate that nothing else ever runs in. */
export async function runRules(source: RuleSource, trial: RuleTrial): Promise<RuleOutcome[]> {
  using isolate = new DisposableIsolate(trial.limits.heapMiB);
  const context = await isolate.inner.createContext();
  const exposed = await context.evalClosure(EXPOSE_FACTS, [trial.json], {
    result: { reference: true },
  });
  const options = { timeout: trial.limits.timeoutMs, result: { reference: true } } as const;
  const guard = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw isolate.inner.isDisposed
        ? new RuleFailure(`needs more than ${trial.limits.heapMiB} MiB`)
        : new RuleFailure((await missOf(exposed, trial)) ?? failureText(error, trial.limits));
    }
  };
  await trial.onTry(source.name);
  const functions = await guard(() => loadFunctions(source, { isolate, context, options }));
  if (functions.length === 0) {
    throw new RuleFailure('exports nothing; every export of the file is a rule');
  }
  const facts = await exposed.get('facts', { reference: true });
  const outcomes: RuleOutcome[] = [];
  for (const { rule, call } of functions) {
    await trial.onTry(rule);
    if (call.typeof !== 'function') {
      throw new RuleFailure(`is not a function but ${article(call.typeof)}`);
    }
    const result = await guard(() => call.apply(undefined, [facts.derefInto()], options));
    const miss = await missOf(exposed, trial);
    if (miss !== undefined) {
      throw new RuleFailure(miss);
    }
    outcomes.push({ rule, cell: trial.cell, passed: await booleanOf(result) });
  }
  return outcomes;
}

interface Room {
  readonly isolate: DisposableIsolate;
  readonly context: ivm.Context;
  readonly options: { readonly timeout: number; readonly result: { readonly reference: true } };
}

interface RuleFunction {
  readonly rule: string;
  readonly call: ivm.Reference;
}

async function loadFunctions(source: RuleSource, room: Room): Promise<RuleFunction[]> {
  const { isolate, context, options } = room;
  if (source.kind === 'expression') {
    const script = await isolate.inner.compileScript(functionOf(source));
    return [
      {
        rule: source.name,
        call: await script.run(context, { timeout: options.timeout, reference: true }),
      },
    ];
  }
  const module = await isolate.inner.compileModule(source.text, { filename: source.name });
  await module.instantiate(context, (specifier) => {
    throw new RuleFailure(`imports ${specifier}; a rule has only its arguments`);
  });
  await module.evaluate({ timeout: options.timeout });
  const names = await context.evalClosure(
    'return Object.keys($0)',
    [module.namespace.derefInto()],
    { timeout: options.timeout, result: { copy: true } },
  );
  const functions: RuleFunction[] = [];
  for (const name of z.array(z.string()).parse(names)) {
    const call = await module.namespace.get(name, { reference: true });
    functions.push({ rule: `${source.name}: ${name}`, call });
  }
  return functions;
}

/** An expression's facts are globals; the line break ends a comment at its end. */
function functionOf({ text }: RuleSource): string {
  return `'use strict'; () => (${text}\n)`;
}

async function booleanOf(result: ivm.Reference): Promise<boolean> {
  const value: unknown = result.typeof === 'boolean' ? await result.copy() : undefined;
  if (typeof value !== 'boolean') {
    throw new RuleFailure(`gives ${article(result.typeof)}, not true or false`);
  }
  return value;
}

function article(type: string): string {
  return type === 'undefined' ? type : `${type === 'object' ? 'an' : 'a'} ${type}`;
}

async function missOf(exposed: ivm.Reference, { limits }: RuleTrial): Promise<string | undefined> {
  const firstMiss = await exposed.get('firstMiss', { reference: true });
  const miss: unknown = await firstMiss.apply(undefined, [], {
    timeout: limits.timeoutMs,
    result: { copy: true },
  });
  return typeof miss === 'string' ? miss : undefined;
}

function failureText(error: unknown, { timeoutMs }: RuleLimits): string {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Script execution timed out')) {
    return `took longer than ${timeoutMs} ms`;
  }
  if (message.startsWith('Array buffer allocation failed')) {
    return `needs too much memory (${message})`;
  }
  return `threw ${messageOf(error)}`;
}

/** What an isolate throws may be anything at all. */
function messageOf(error: unknown): string {
  return error instanceof Error
    ? shortened(`${error.name}: ${error.message}`, SHOWN_CHARACTERS)
    : 'something that is not an error';
}

class DisposableIsolate implements Disposable {
  readonly inner: ivm.Isolate;

  constructor(heapMiB: number) {
    this.inner = new ivm.Isolate({ memoryLimit: heapMiB });
  }

  [Symbol.dispose](): void {
    if (!this.inner.isDisposed) {
      this.inner.dispose();
    }
  }
}
