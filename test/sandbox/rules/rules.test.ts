import { expect, test } from 'vitest';
import { EvalkitError } from '../../../src/records/error.ts';
import {
  checkRuleSyntax,
  evaluateRules,
  type RuleSource,
} from '../../../src/sandbox/rules/rules.ts';
import { descendants } from '../python/processes.ts';

const CELL = {
  id: 'tiny:q8_0/greedy',
  passAt1: { passed: 9, total: 10, estimate: 0.9, ci95: [0.6, 0.98] },
  tpotMs: { n: 5, mean: 31, median: 30, ci95: [29, 33] },
  ttftMs: { notRun: 'no latency pass' },
  draft: { drafted: 0, acceptanceRate: null },
  fileBytes: 1_000,
};
const OTHER = { ...CELL, id: 'tiny:q4_0/greedy', passAt1: { ...CELL.passAt1, estimate: 0.4 } };
const REPORT = { status: 'complete', cells: [CELL, OTHER] };
const FACTS = [CELL, OTHER].map((cell) => ({
  cell: cell.id,
  facts: { cell, cells: [CELL, OTHER], reference: CELL, report: REPORT },
}));
const SIGNAL = new AbortController().signal;
const SHORT = { timeoutMs: 500, silenceMs: 4_000, heapMiB: 64, rssBytes: 384 * 2 ** 20 };

function expression(text: string): RuleSource {
  return { kind: 'expression', name: text.slice(0, 60), text };
}

function file(text: string): RuleSource {
  return { kind: 'file', name: 'rules.js', text };
}

const evaluate = (...rules: RuleSource[]) =>
  evaluateRules(rules, FACTS.slice(0, 1), { signal: SIGNAL, limits: SHORT });

async function refusalOf(...rules: RuleSource[]): Promise<string> {
  const error: unknown = await evaluate(...rules).catch((thrown: unknown) => thrown);
  if (!(error instanceof EvalkitError)) {
    throw new Error('the rule was not refused', { cause: error });
  }
  expect(error.kind).toBe('usage');
  expect(error.message).not.toMatch(/[\n\p{Cc}]/u);
  return error.message;
}

test('every rule is asked about every cell, in order', async () => {
  const rules = [
    expression('cell.passAt1.estimate >= 0.5'),
    file(
      'export function fast({ cell }) { return cell.tpotMs.median < 40; }\n' +
        'export const asGood = ({ cell, reference }) => cell.passAt1.estimate >= reference.passAt1.estimate;',
    ),
  ];
  expect(await evaluateRules(rules, FACTS, { signal: SIGNAL })).toEqual([
    { rule: 'cell.passAt1.estimate >= 0.5', cell: CELL.id, passed: true },
    { rule: 'rules.js: asGood', cell: CELL.id, passed: true },
    { rule: 'rules.js: fast', cell: CELL.id, passed: true },
    { rule: 'cell.passAt1.estimate >= 0.5', cell: OTHER.id, passed: false },
    { rule: 'rules.js: asGood', cell: OTHER.id, passed: false },
    { rule: 'rules.js: fast', cell: OTHER.id, passed: true },
  ]);
});

test('no rule leaves anything behind for the next', async () => {
  const outcomes = await evaluate(
    expression('(globalThis.left = 1, Array.prototype.left = 1, true)'),
    expression('"left" in globalThis || "left" in []'),
  );
  expect(outcomes.map(({ passed }) => passed)).toEqual([true, false]);
});

test.each([
  ['cells.every((other) => other.passAt1.total === 10)', true],
  ['cells.map((other) => other.id).join() === report.cells.map((other) => other.id).join()', true],
  ['cell.passAt1.ci95[0] < 0.7 && cell.passAt1.ci95.at(-1) > 0.9', true],
  ['Object.keys(cell.tpotMs).length === 4 && Object.values(cell.tpotMs).length === 4', true],
  ['cell.id.startsWith("tiny:") && cell.fileBytes.toFixed(0) === "1000" // a comment', true],
  ['"tpotMs" in cell && !("ttftMs" in cell) && !("acceptanceRate" in cell.draft)', true],
  ['!("ttftMs" in cell) || cell.ttftMs.median < 40', true],
  ['cells.some((other) => other.passAt1.estimate > 0.95)', false],
])('%s is %s', async (text, passed) => {
  expect(await evaluate(expression(text))).toMatchObject([{ passed }]);
});

test.each([
  [
    'a metric that was not measured',
    'cell.ttftMs.median < 40',
    'cell.ttftMs was not measured (no latency pass)',
  ],
  [
    'the same, negated',
    '!(cell.ttftMs.median > 40)',
    'cell.ttftMs was not measured (no latency pass)',
  ],
  ['the same with a default', '(cell.ttftMs?.median ?? 0) < 40', 'cell.ttftMs was not measured'],
  [
    'the same by its descriptor',
    'Object.getOwnPropertyDescriptor(cell, "ttftMs").value.median > 1 || true',
    'cell.ttftMs was not measured',
  ],
  ['the same in a copy', '({ ...cell }).ttftMs.median > 1 || true', 'cell.ttftMs was not measured'],
  ['a metric that does not exist', 'cell.tpot.median < 40', 'there is no cell.tpot'],
  ['a figure that does not exist', 'cell.tpotMs.medain < 40', 'there is no cell.tpotMs.medain'],
  [
    'a figure of a plain number',
    'cell.fileBytes.median < 40',
    '1000 is a plain value and has no median',
  ],
  [
    'a value that is null',
    'cell.draft.acceptanceRate < 40',
    'there is no cell.draft.acceptanceRate',
  ],
  ['an element beyond the last', 'cells[2].passAt1.estimate > 0', 'there is no cells.2'],
  [
    'an object instead of a figure',
    'cell.tpotMs < 40',
    'cell.tpotMs is not a single figure; compare one of n, mean, median, ci95',
  ],
  ['an assignment', '(cell.passAt1.passed = true)', 'facts cannot be changed'],
  [
    'a catch around it',
    '(() => { try { return cell.ttftMs.median < 40 } catch { return true } })()',
    'cell.ttftMs was not measured',
  ],
  [
    'an unknown word',
    'cell.passAt1.estimate > treshold',
    'threw ReferenceError: treshold is not defined',
  ],
  ['a thrown non-error', '(() => { throw null })()', 'threw something that is not an error'],
  ['a thrown huge error', '(() => { throw new Error("x".repeat(1e6)) })()', 'threw Error: xxx'],
  ['a number', 'cell.passAt1.estimate', 'gives a number, not true or false'],
  ['NaN', '0 / 0', 'gives a number, not true or false'],
  ['nothing', 'void 0', 'gives undefined, not true or false'],
  ['a promise', '(async () => true)()', 'gives an object, not true or false'],
  ['a boxed boolean', 'new Boolean(true)', 'gives an object, not true or false'],
  ['a clock', 'Date.now() > 0', 'threw ReferenceError: Date is not defined'],
  ['a die', 'Math.random() < 2', 'threw TypeError: Math.random is not a function'],
])('a rule with %s is refused, and named', async (_, text, why) => {
  const message = await refusalOf(expression(text));
  expect(message).toContain(`rule ${text.slice(0, 60)} on tiny:q8_0/greedy: ${why}`);
  expect(message.length).toBeLessThan(600);
});

test.each([
  ['an endless loop', '(() => { for (;;); })()', 'took longer than 500 ms'],
  [
    'an endless loop in a promise',
    '(Promise.resolve().then(() => { for (;;); }), true)',
    'took longer than 500 ms',
  ],
  [
    'an endless loop in its error',
    '(() => { throw Object.defineProperty(new Error(), "message", { get() { for (;;); } }) })()',
    'gave no answer',
  ],
  [
    'a regular expression that backtracks for ever',
    '/^(a+)+$/.test("a".repeat(50) + "b")',
    'took longer than 500 ms',
  ],
  ['endless recursion', '(function f() { return f() + 1 })()', 'threw RangeError'],
  [
    'sleep',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) === "ok"',
    'took longer than 500 ms',
  ],
  [
    'a heap bomb',
    '(() => { const all = []; for (;;) all.push(new Array(1e5).fill(0)) })()',
    /needs more than 64 MiB|ended its process|took longer/,
  ],
  [
    'a map bomb',
    '(() => { const all = new Map(); for (let i = 0; ; i++) all.set(i, { i }) })()',
    /needs more than 64 MiB|ended its process|took longer/,
  ],
  [
    'one huge array',
    'new Array(1e9).fill(1).length > 0',
    /needs more than 64 MiB|ended its process|took longer/,
  ],
  [
    'huge strings',
    '"x".repeat(2 ** 29 - 25).split("").length > 0',
    /needs more than 64 MiB|ended its process|took longer/,
  ],
  [
    'an unpaid string',
    '(() => { let text = "x"; for (;;) text += text })()',
    'threw RangeError: Invalid string length',
  ],
  [
    'buffers outside the heap',
    '(() => { const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1)) })()',
    /too much memory|ended its process|took longer/,
  ],
  ['WebAssembly', 'new WebAssembly.Memory({ initial: 60000 }) !== 0', 'WebAssembly is not defined'],
])('a rule with %s ends, and is named', async (_, text, why) => {
  const message = await refusalOf(expression(text));
  expect(message).toContain(`rule ${text.slice(0, 60)} on tiny:q8_0/greedy: `);
  expect(message).toMatch(why);
  expect(descendants(process.pid).length).toBe(0);
});

test.each([
  ['the process', 'process.exit(0)', 'process is not defined'],
  ['modules', 'require("fs") !== 0', 'require is not defined'],
  ['a constructor', 'this.constructor.constructor("return process")() !== 0', 'threw'],
  [
    'the constructor of a fact',
    'cell.constructor.constructor("return process")() !== 0',
    'there is no cell.constructor',
  ],
  [
    'the constructor of a list',
    'cells.map.constructor("return process")() !== 0',
    'process is not defined',
  ],
  [
    'the constructor of an error',
    '(() => { try { null.x } catch (error) { return error.constructor.constructor("return process")() } })()',
    'process is not defined',
  ],
  ['eval', '(0, eval)("process") !== 0', 'process is not defined'],
  [
    'a dynamic import',
    '(async () => (await import("node:fs")) !== 0)()',
    'threw Error: Not supported',
  ],
  [
    'stack traces',
    '(() => { Error.prepareStackTrace = (_, sites) => sites[0].getThis(); return new Error().stack.process.exit(0) })()',
    'threw',
  ],
])('a rule that reaches for %s finds nothing', async (_, text, why) => {
  expect(await refusalOf(expression(text))).toContain(why);
});

test('polluted prototypes change nothing outside', async () => {
  const text =
    '(Object.prototype.passed = true, Array.prototype.toJSON = () => "x", Object.prototype.kind = "done", true)';
  expect(await evaluate(expression(text), expression('1 > 2'))).toMatchObject([
    { passed: true },
    { passed: false },
  ]);
  expect('passed' in {}).toBe(false);
});

test.each([
  ['an open expression', expression('cell.passAt1 >'), 'SyntaxError'],
  ['an empty expression', expression(''), 'SyntaxError'],
  ['statements', expression('const a = 1; a > 0'), 'SyntaxError'],
  ['an endless parenthesis', expression('('.repeat(200_000)), 'RangeError'],
  ['a file that is not a module', file('export const'), 'SyntaxError'],
  [
    'a file that imports',
    file('import fs from "node:fs"; export const a = () => true'),
    'imports node:fs',
  ],
])('%s is refused before there are any facts', async (_, rule, why) => {
  await expect(
    checkRuleSyntax([expression('true'), rule], { signal: SIGNAL }),
  ).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      new RegExp(`^rule ${rule.kind === 'file' ? 'rules.js' : ''}.*${why}`),
    ),
  });
});

test('checking syntax runs nothing', async () => {
  const rules = [expression('(() => { for (;;); })()'), file('for (;;);\nexport const a = 1;')];
  await checkRuleSyntax(rules, { signal: SIGNAL, limits: SHORT });
});

test.each([
  [
    'exports nothing',
    'const a = () => true;',
    'rule rules.js on tiny:q8_0/greedy: exports nothing',
  ],
  [
    'exports a value',
    'export const a = true;',
    'rule rules.js: a on tiny:q8_0/greedy: is not a function but a boolean',
  ],
  [
    'does not end while it loads',
    'export const a = () => true; for (;;);',
    'rule rules.js on tiny:q8_0/greedy: took longer',
  ],
  [
    'has a function that throws',
    'export const a = () => true; export const b = ({ cell }) => cell.x;',
    'rule rules.js: b on tiny:q8_0/greedy: there is no cell.x',
  ],
])('a file that %s is refused', async (_, text, message) => {
  expect(await refusalOf(file(text))).toContain(message);
});

test('without rules nothing is started', async () => {
  expect(await evaluate()).toEqual([]);
});

test('an interruption ends the process at once', async () => {
  const controller = new AbortController();
  const evaluated = evaluateRules([expression('(() => { for (;;); })()')], FACTS, {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(new Error('interrupted')), 300);
  await expect(evaluated).rejects.toThrow('interrupted');
  expect(descendants(process.pid).length).toBe(0);
});
