import type { Outline, Statement } from '../../sandbox/outline.ts';

/** A text and which statements it holds. */
export interface Outlined extends Outline {
  readonly text: string;
}

/** A statement and the text that it stands in. */
export interface Placed {
  readonly statement: Statement;
  readonly source: Outlined;
}

/** How a text makes the function: at its top, or as a method of a class. */
export type Making = 'function' | 'method';

/** The first stretch of a text in which the function is made that way, with a body. */
export function runThatMakes(
  { statements }: Outline,
  name: string,
  making: Making,
): number | undefined {
  return statements.find((statement) => makes(statement, name, making))?.run;
}

function makes({ defines, methods }: Statement, name: string, making: Making): boolean {
  return making === 'function' ? defines.includes(name) : methods.includes(name);
}

/**
 * The statements that belong to the function: what defines something, and what is done before the
 * function is defined. Of what is done behind it only that which changes something the function
 * uses: calls of the function, tests and demonstrations are a model's own talk about its code, and
 * need input, packages or time. `helpers` are texts before the one that defines the function.
 */
export function neededStatements(
  main: Outlined,
  {
    name,
    making,
    helpers,
  }: { readonly name: string; readonly making: Making; readonly helpers: readonly Outlined[] },
): Placed[] {
  const run = runThatMakes(main, name, making) ?? 0;
  const before = helpers.flatMap((source) => placed(source).filter(isHelping));
  const own = placed(main).filter(
    ({ statement }) =>
      statement.run === run ||
      (isHelping({ statement, source: main }) && !statement.defines.includes(name)),
  );
  const all = [...before, ...own];
  const last = all.findLastIndex(
    ({ statement }) => makes(statement, name, making) && !(statement.run !== run),
  );
  const used = usedNames(all, name, last);
  const ofFunction = namesThatUse(all, name);
  const kept = all.filter(({ statement, source }, index) =>
    isNeeded(statement, {
      used,
      ofFunction,
      isBehind: index > last,
      isLast: index === last,
      isHelper: source !== main || statement.run !== run,
      name,
    }),
  );
  return withoutImportsOfOthers(kept, all);
}

function placed(source: Outlined): Placed[] {
  return source.statements.map((statement) => ({ statement, source }));
}

/** Whether a statement of another stretch or block can be part of the same program. */
function isHelping({ statement: { kind, defines } }: Placed): boolean {
  return (
    kind === 'future' ||
    kind === 'import' ||
    ((kind === 'definition' || kind === 'assignment') && defines.length > 0)
  );
}

/** Names that the function needs, and those that what defines them needs in turn. */
function usedNames(all: readonly Placed[], name: string, last: number): ReadonlySet<string> {
  const used = new Set<string>(all[last]?.statement.uses);
  used.add(name);
  let size = 0;
  while (size !== used.size) {
    size = used.size;
    for (const { statement } of all) {
      if (statement.defines.some((each) => used.has(each))) {
        statement.uses.forEach((each) => used.add(each));
      }
    }
  }
  return used;
}

/** The function's name, and the names of what uses it in turn. */
function namesThatUse(all: readonly Placed[], name: string): ReadonlySet<string> {
  const names = new Set([name]);
  let size = 0;
  while (size !== names.size) {
    size = names.size;
    for (const { statement } of all) {
      if (statement.uses.some((each) => names.has(each))) {
        statement.defines.forEach((each) => names.add(each));
      }
    }
  }
  return names;
}

interface Question {
  readonly used: ReadonlySet<string>;
  readonly ofFunction: ReadonlySet<string>;
  readonly isBehind: boolean;
  readonly isLast: boolean;
  /** It stands in another stretch or text than the function. */
  readonly isHelper: boolean;
  readonly name: string;
}

function isNeeded(statement: Statement, question: Question): boolean {
  const { used, ofFunction, isBehind, isLast, isHelper, name } = question;
  const { kind, defines, touches, uses } = statement;
  const isUsed = defines.some((each) => used.has(each));
  const isOfFunction = uses.some((each) => ofFunction.has(each));
  if (isLast || kind === 'future') {
    return true;
  }
  if (isHelper) {
    return isUsed || defines.includes('*');
  }
  switch (kind) {
    case 'import':
    case 'setting':
      return true;
    case 'definition':
      // Tests and main parts are functions too.
      return !isOfFunction || isUsed;
    case 'main':
    case 'idle':
      return false;
    default:
      return isBehind
        ? (isUsed || touches.some((each) => used.has(each))) &&
            (!isOfFunction || defines.includes(name))
        : isUsed || !isOfFunction;
  }
}

/** An import that nothing mentions but what is left out would only fail. */
function withoutImportsOfOthers(kept: readonly Placed[], all: readonly Placed[]): Placed[] {
  const inUse = new Set(kept.flatMap(({ statement }) => statement.uses));
  const leftOut = new Set(
    all.filter((each) => !kept.includes(each)).flatMap(({ statement }) => statement.uses),
  );
  return kept.filter(
    ({ statement: { kind, defines } }) =>
      kind !== 'import' ||
      !defines.some((each) => leftOut.has(each)) ||
      defines.some((each) => inUse.has(each)),
  );
}
