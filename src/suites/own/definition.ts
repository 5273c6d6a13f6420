import { z } from 'zod';
import type { Language } from '../../sandbox/index.ts';
import { FORMS, LANGUAGES } from './languages.ts';
import { LEAST_MEMORY_MIB } from '../../sandbox/options.ts';
import { PLACE } from '../prompt.ts';

const MEBIBYTE = 1024 ** 2;

const bound = (most: number, what: string) =>
  z
    .number({ error: `must be ${what}` })
    .positive(`must be ${what}`)
    .max(most, `must be at most ${most}`);
const text = z.string({ error: 'must be text' }).min(1, 'must not be empty');
const tokens = z
  .int({ error: 'must be a positive integer' })
  .positive('must be a positive integer');

const rawFields = {
  stops: z.array(text, { error: 'must be a list of text' }).optional(),
  maxTokens: tokens.optional(),
};
const chatFields = {
  instruction: text
    .includes(PLACE, { error: `must hold ${PLACE}, which the task replaces` })
    .optional(),
  maxTokens: tokens.optional(),
};
const promptsFields = {
  raw: z.strictObject(rawFields).optional(),
  chat: z.strictObject(chatFields).optional(),
};

const limitsFields = {
  timeout: bound(3_600, 'a number of seconds').optional(),
  memoryMib: bound(1_048_576, 'a number of MiB')
    .min(LEAST_MEMORY_MIB, `must be at least ${LEAST_MEMORY_MIB}, since the interpreter needs that`)
    .optional(),
  answerMib: bound(1_024, 'a number of MiB').optional(),
};
const limitsSchema = z
  .strictObject(limitsFields)
  .transform(({ timeout, memoryMib, answerMib }) => ({
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }),
    ...(memoryMib === undefined ? {} : { memoryBytes: memoryMib * MEBIBYTE }),
    ...(answerMib === undefined ? {} : { answerBytes: answerMib * MEBIBYTE }),
  }));

/** What a file that describes a suite says. */
export const definitionSchema = z
  .strictObject(
    {
      name: z
        .string({ error: 'must be text' })
        .regex(/^[a-z0-9][a-z0-9+._-]{0,39}$/, 'must be at most 40 of a-z, 0-9, +, ., _ and -'),
      title: text.optional(),
      version: z.union([text, z.number()], { error: 'must be text or a number' }).transform(String),
      language: z.custom<Language>(
        (value) => typeof value === 'string' && Object.hasOwn(LANGUAGES, value),
        { error: `must be one of ${Object.keys(LANGUAGES).join(', ')}` },
      ),
      /** Path of the tasks, from the file's folder on. */
      tasks: text,
      form: z.enum(FORMS, { error: `must be one of ${FORMS.join(', ')}` }),
      /** How answers are compared; of the form `inputs` alone. */
      comparison: text.optional(),
      prompts: z.strictObject(promptsFields).optional(),
      limits: limitsSchema.optional(),
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? undefined : 'must be keys and values') },
  )
  .superRefine(({ language, form }, context) => {
    const { forms } = LANGUAGES[language];
    if (forms[form] === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['form'],
        message: `does not go with the language ${language}; it takes ${Object.keys(forms).join(', ')}`,
      });
    }
  })
  .refine(({ form, comparison }) => form === 'inputs' || comparison === undefined, {
    path: ['comparison'],
    error: 'goes with form: inputs; leave it out',
  });
export type Definition = z.infer<typeof definitionSchema>;

/** Every key that the file may have, as `limits.timeout`. */
export const DEFINITION_KEYS: readonly string[] = [
  ...Object.keys(definitionSchema.shape),
  ...Object.keys(promptsFields).map((key) => `prompts.${key}`),
  ...Object.keys(rawFields).map((key) => `prompts.raw.${key}`),
  ...Object.keys(chatFields).map((key) => `prompts.chat.${key}`),
  ...Object.keys(limitsFields).map((key) => `limits.${key}`),
];
