import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginningOf, findStop, type Stop, stopFor } from '../../src/engines/stop.ts';
import type { StopRule } from '../../src/records/plan.ts';
import { DEFAULT_SUITE } from '../../src/suites/index.ts';

const RAW: StopRule = {
  kind: 'sequences',
  sequences: ['\nclass', '\ndef', '\n#', '\n@', '\nif', '\nprint', '\n```', '<file_sep>'],
};
const FENCE: StopRule = { kind: 'fence', open: false };
/** The rule of Python for a function f, and the same for completions that begin inside a block. */
const DEFINITION = stopFor(DEFAULT_SUITE.extraction.stop(false), 'f');
const OPEN_DEFINITION = stopFor(DEFAULT_SUITE.extraction.stop(true), 'f');
const OPEN_FENCE: StopRule = { kind: 'fence', open: true };

/** What is kept of a text that comes in `pieces`, and why it ends. */
function cut(rule: StopRule, pieces: readonly string[]): { text: string; reason?: Stop['reason'] } {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    const stop = findStop(rule, text);
    if (stop !== undefined) {
      return { text: text.slice(0, stop.length), reason: stop.reason };
    }
  }
  return { text };
}

const FRAGMENTS = [
  'f(x):\n',
  ' return x\n',
  '\n```\n',
  '"""',
  '\n',
  ' ',
  '#',
  'd',
  'def',
  'class',
  'if',
  '`',
  '```',
  '~~~',
  'python',
  '\r',
];
const textArbitrary = fc
  .array(fc.constantFrom(...FRAGMENTS, '<think>', '</think>', '<file_', 'sep>'), { maxLength: 30 })
  .map((fragments) => fragments.join(''));

const RULES: [string, StopRule][] = [
  ['sequences', RAW],
  ['overlapping sequences', { kind: 'sequences', sequences: ['ef', 'de', 'def', '\nd'] }],
  ['a fence', FENCE],
  ['an open fence', OPEN_FENCE],
  ['a definition', DEFINITION],
  ['a definition in an open fence', OPEN_DEFINITION],
];

test.each(RULES)(
  'with %s the end does not depend on how the text comes in tokens',
  (_name, rule) => {
    fc.assert(
      fc.property(textArbitrary, fc.array(fc.nat({ max: 120 })), (text, places) => {
        const borders = [0, ...places.filter((place) => place < text.length), text.length];
        const sorted = borders.toSorted((one, other) => one - other);
        const pieces = sorted.map((border, index) =>
          text.slice(border, sorted[index + 1] ?? border),
        );
        expect(cut(rule, pieces)).toEqual(cut(rule, [text]));
        expect(cut(rule, text.split(''))).toEqual(cut(rule, [text]));
      }),
      { numRuns: 2_000 },
    );
  },
);

test('an answer is cut before the first stop sequence', () => {
  const answer = '    return a\n\ndef next():\n# more';
  expect(cut(RAW, [answer])).toEqual({ text: '    return a\n', reason: 'stop-sequence' });
});

test('a stop sequence in two tokens is found when the second one comes', () => {
  expect(cut(RAW, ['    return a\nde', 'fault = 1'])).toEqual({
    text: '    return a',
    reason: 'stop-sequence',
  });
});

test('of two overlapping stop sequences the one that is complete first counts', () => {
  const rule: StopRule = { kind: 'sequences', sequences: ['ab#cd', '#c'] };
  expect(cut(rule, ['xab#cd'])).toEqual({ text: 'xab', reason: 'stop-sequence' });
});

test('of two stop sequences that end together the longer one counts', () => {
  const rule: StopRule = { kind: 'sequences', sequences: ['#c', 'b#c'] };
  expect(cut(rule, ['ab#cd'])).toEqual({ text: 'a', reason: 'stop-sequence' });
});

test('an answer ends with the fence that closes its first block', () => {
  const answer = 'Here:\n\n```python\nx = 1\n```\nThat is it.\n```\n';
  expect(cut(FENCE, [answer])).toEqual({
    text: 'Here:\n\n```python\nx = 1\n```',
    reason: 'fence',
  });
});

test('an answer that starts inside a block ends with the first closing fence', () => {
  expect(cut(OPEN_FENCE, ['x = 1\n   ```  \r\nmore'])).toEqual({
    text: 'x = 1\n   ```  \r',
    reason: 'fence',
  });
});

test.each([
  ['no line break behind it', 'x = 1\n```'],
  ['a language behind it', 'x = 1\n```python\n'],
  ['an indentation of four spaces', 'x = 1\n    ```\n'],
  ['text before it', '    """Use ```\n'],
])('a fence with %s closes nothing', (_name, answer) => {
  expect(cut(OPEN_FENCE, [answer])).toEqual({ text: answer });
});

test('a shorter fence does not close a longer one', () => {
  const answer = '````md\n```\n````\n';
  expect(cut(FENCE, [answer])).toEqual({ text: '````md\n```\n````', reason: 'fence' });
});

test('fences in a thought are none of the answer', () => {
  const thought = '<think>\n```python\nx\n```\n</think>\n';
  expect(cut(FENCE, [thought])).toEqual({ text: thought });
  expect(cut(FENCE, [`${thought}\`\`\`\ny\n\`\`\`\n`])).toEqual({
    text: `${thought}\`\`\`\ny\n\`\`\``,
    reason: 'fence',
  });
});

const F = 'def f(x):\n    return x\n';

test.each([
  ['a shell block', 'pip install x\n'],
  ['an empty block', ''],
  ['imports', 'import math\n'],
  ['a helper', 'def g(x):\n    return x\n'],
  ['a longer name', 'def f_all(x):\n    return x\n'],
  ['a call', 'f(3)\n'],
  ['a comparison', 'f == g\n'],
  ['a stub', 'def f(x):\n    pass\n'],
  ['a stub before another function', 'def f(x):\n    pass\n\ndef g(x):\n    return x\n'],
  ['a docstring alone', 'def f(x):\n    """\n    return x\n    """\n'],
  ['a docstring that goes on behind a fence', 'def f(x):\n    """\n    return x\n'],
  ['a comment', 'def f(x):\n    # return x\n'],
])('generation goes on behind %s and stops behind the function', (_, block) => {
  const first = `\`\`\`python\n${block}\`\`\`\n`;
  const second = `Then:\n\`\`\`python\n${F}\`\`\``;
  expect(cut(DEFINITION, [first])).toEqual({ text: first });
  expect(cut(DEFINITION, [`${first}${second}\nmore\n`])).toEqual({
    text: `${first}${second}`,
    reason: 'fence',
  });
});

test.each([
  ['one line', 'def f(x): return x'],
  ['a header of several lines', 'def f(\n    x,\n) -> int:\n    return x'],
  ['a docstring', 'def f(x):\n    """Doc.\n\n    More.\n    """\n\n    y = x\n    return y'],
  ['async', 'async def f(x):\n    return x'],
  ['a generator', 'def f(x):\n    yield x'],
  ['nested blocks', 'def f(x):\n    if x:\n        return x\n    return 0'],
  ['a method', 'class S:\n    def f(self, x):\n        return x'],
  ['a lambda', 'f = lambda x: x'],
  ['an annotated lambda', 'f: C[[int], int] = lambda x: x'],
  ['an alias', 'def g(x):\n    return x\n\nf = g'],
])('a definition is known by %s', (_, code) => {
  const answer = `\`\`\`python\n${code}\n\`\`\``;
  expect(cut(DEFINITION, [`${answer}\nmore`])).toEqual({ text: answer, reason: 'fence' });
  expect(cut(DEFINITION, [`${answer}\r\nmore`]).reason).toBe('fence');
});

test('a block in a list ends where its fence does', () => {
  const answer = '1. So:\n\n    ```python\n    def f(x):\n        return x\n    ```';
  expect(cut(DEFINITION, [`${answer}\nmore`])).toEqual({ text: answer, reason: 'fence' });
});

test('a thought that the prompt opened holds no block of the answer', () => {
  const thought = `Perhaps\n\`\`\`\n${F}\`\`\`\nNo.\n`;
  const answer = `</think>\n\`\`\`\n${F}\`\`\``;
  const beginning = beginningOf(DEFINITION, '<|im_start|>assistant\n<think>\n');
  expect(beginning).toEqual({ inThought: true });
  expect(beginningOf(DEFINITION, '<|im_start|>assistant\n')).toEqual({});
  expect(findStop(DEFINITION, thought, beginning)).toBeUndefined();
  expect(findStop(DEFINITION, `${thought}${answer}\n`, beginning)?.length).toBe(
    thought.length + answer.length,
  );
});

test.each(['<think>', '<thinking>', '[THINK]', '◁think▷'])(
  'a thought in %s holds no block of the answer',
  (open) => {
    const close = open.replace(/^./, (bracket) => `${bracket}/`);
    const thought = `${open}\n\`\`\`\n${F}\`\`\`\n${close}\n`;
    expect(cut(DEFINITION, [thought])).toEqual({ text: thought });
    expect(cut(DEFINITION, [`${thought}\`\`\`\n${F}\`\`\`\n`]).reason).toBe('fence');
  },
);

test('a thought that is only mentioned is none', () => {
  const answer = `No <think> here.\n\`\`\`\n${F}\`\`\``;
  expect(cut(DEFINITION, [`${answer}\n`])).toEqual({ text: answer, reason: 'fence' });
});
