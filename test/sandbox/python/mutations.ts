/** A change to a solution's text; one that finds nothing to change yields nothing. */
interface Mutation {
  readonly name: string;
  readonly find: RegExp;
  readonly replace: string;
}

/** Each changes the first match. Most make a solution wrong, some leave it right; both must agree. */
const MUTATIONS: readonly Mutation[] = [
  { name: 'minus for plus', find: / \+ /, replace: ' - ' },
  { name: 'plus for minus', find: / - /, replace: ' + ' },
  { name: 'less for less or equal', find: / <= /, replace: ' < ' },
  { name: 'less or equal for less', find: / < /, replace: ' <= ' },
  { name: 'unequal for equal', find: / == /, replace: ' != ' },
  { name: 'one more', find: /\b(\d+)\b/, replace: '($1 + 1)' },
  { name: 'false for true', find: /\bTrue\b/, replace: 'False' },
  { name: 'or for and', find: / and /, replace: ' or ' },
  { name: 'yields instead', find: /return (.+)/, replace: 'yield $1' },
  { name: 'iterates the answer', find: /return (.+)/, replace: 'return iter($1)' },
  { name: 'answers a tuple', find: /return (.+)/, replace: 'return tuple($1)' },
  { name: 'answers a list', find: /return (.+)/, replace: 'return list($1)' },
  { name: 'wraps in a list', find: /return (.+)/, replace: 'return [$1]' },
  { name: 'answers a string', find: /return (.+)/, replace: 'return str($1)' },
  { name: 'answers a float', find: /return (.+)/, replace: 'return float($1)' },
  { name: 'answers a set', find: /return (.+)/, replace: 'return set($1)' },
  { name: 'answers nothing', find: /return (.+)/, replace: 'return' },
  { name: 'prints', find: /return (.+)/, replace: 'print($1); return $1' },
  { name: 'exits', find: /return (.+)/, replace: 'raise SystemExit(0)' },
  { name: 'reads input', find: /return (.+)/, replace: 'return input()' },
  { name: 'half a line', find: /return (.{2}).*/, replace: 'return $1' },
  { name: 'misindented', find: /\n {4}return/, replace: '\n   return' },
  { name: 'a name that is not there', find: /return (.+)/, replace: 'return nowhere' },
  { name: 'does nothing', find: /^[^]*$/, replace: '    pass\n' },
];

/** The mutants of a solution, with the names of what was done. */
export function mutantsOf(solution: string): { readonly name: string; readonly text: string }[] {
  return MUTATIONS.map(({ name, find, replace }) => ({
    name,
    text: solution.replace(find, replace),
  })).filter(({ text }) => text !== solution);
}
