import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findStop, type Stop } from '../../src/engines/stop.ts';
import type { StopRule } from '../../src/records/plan.ts';

const RAW: StopRule = {
  kind: 'sequences',
  sequences: ['\nclass', '\ndef', '\n#', '\n@', '\nif', '\nprint', '\n```', '<file_sep>'],
};
const FENCE: StopRule = { kind: 'fence', open: false };
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

const FRAGMENTS = ['\n', ' ', '#', 'd', 'def', 'class', 'if', '`', '```', '~~~', 'python', '\r'];
const textArbitrary = fc
  .array(fc.constantFrom(...FRAGMENTS, '<think>', '</think>', '<file_', 'sep>'), { maxLength: 30 })
  .map((fragments) => fragments.join(''));

const RULES: [string, StopRule][] = [
  ['sequences', RAW],
  ['overlapping sequences', { kind: 'sequences', sequences: ['ef', 'de', 'def', '\nd'] }],
  ['a fence', FENCE],
  ['an open fence', OPEN_FENCE],
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
