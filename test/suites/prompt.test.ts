import { expect, test } from 'vitest';
import {
  choosePromptStyle,
  type PromptOptions,
  renderPrompt,
  stopRuleFor,
} from '../../src/suites/prompt.ts';
import type { PromptStyle } from '../../src/records/plan.ts';
import { DEFAULT_SUITE } from '../../src/suites/index.ts';
import { makeCell } from '../fixtures/run.ts';
import { ADD } from '../fixtures/task.ts';

const { prompts: PROMPTS } = DEFAULT_SUITE;
const { model: BASE } = makeCell();
const INSTRUCT = { ...BASE, instruct: true };
const AUTO: PromptOptions = { mode: 'auto', instruction: undefined, system: undefined };

test('auto asks an instruct model in chat form and a base model raw', () => {
  expect(choosePromptStyle(INSTRUCT, AUTO, PROMPTS).mode).toBe('chat');
  expect(choosePromptStyle(BASE, AUTO, PROMPTS).mode).toBe('raw');
});

test('the user decides over auto', () => {
  expect(choosePromptStyle(INSTRUCT, { ...AUTO, mode: 'raw' }, PROMPTS).mode).toBe('raw');
  expect(choosePromptStyle(BASE, { ...AUTO, mode: 'chat' }, PROMPTS).mode).toBe('chat');
});

test("our wording is named, the user's is custom", () => {
  expect(choosePromptStyle(INSTRUCT, AUTO, PROMPTS)).toMatchObject({ wording: 'evalkit-chat-1' });
  expect(
    choosePromptStyle(INSTRUCT, { ...AUTO, instruction: 'Do {{prompt}}!' }, PROMPTS),
  ).toMatchObject({
    wording: 'custom',
    instruction: 'Do {{prompt}}!',
    answerPrefix: '',
  });
});

test.each([
  [{ ...AUTO, instruction: 'no place' }, '--instruction: the text has no {{prompt}}'],
  [
    { ...AUTO, mode: 'raw' as const, instruction: '{{prompt}}' },
    '--instruction is for chat prompts',
  ],
  [{ ...AUTO, mode: 'raw' as const, system: 'Be brief.' }, '--system is for chat prompts'],
])('contradictory options are refused: %j', (options, message) => {
  expect(() => choosePromptStyle(INSTRUCT, options, PROMPTS)).toThrow(message);
});

test('a raw prompt is the task to the last byte', () => {
  expect(renderPrompt(ADD, { mode: 'raw' })).toEqual({ kind: 'text', text: ADD.prompt });
});

test('a chat prompt holds the task, whatever characters it has', () => {
  const style: PromptStyle = {
    mode: 'chat',
    wording: 'custom',
    instruction: 'A {{prompt}} Z',
    system: 'S',
    answerPrefix: 'P',
  };
  expect(renderPrompt({ ...ADD, prompt: "x $& $1 $' {{prompt}}\n" }, style)).toEqual({
    kind: 'chat',
    system: 'S',
    user: "A x $& $1 $' {{prompt}} Z",
    answerPrefix: 'P',
  });
});

test('a raw answer stops at the next top-level thing, a chat answer after its block', () => {
  expect(stopRuleFor({ mode: 'raw' }, DEFAULT_SUITE)).toEqual({
    kind: 'sequences',
    sequences: ['\nclass', '\ndef', '\n#', '\n@', '\nif', '\nprint', '\n```', '<file_sep>'],
  });
  const chat = { mode: 'chat', wording: 'w', instruction: '{{prompt}}' } as const;
  expect(stopRuleFor({ ...chat, answerPrefix: '' }, DEFAULT_SUITE)).toMatchObject({
    kind: 'definition',
    open: false,
  });
  expect(stopRuleFor({ ...chat, answerPrefix: '```python\n' }, DEFAULT_SUITE)).toMatchObject({
    kind: 'definition',
    open: true,
  });
});
