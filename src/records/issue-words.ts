import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** How zod's own texts begin; whoever declares a schema may have given a better one. */
const OF_ZOD = /^(?:Invalid |Too (?:small|big)|Unrecognized |Expected )/;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** What is wrong with a value, in our words, as `must be text` or `must be at least 1`. */
export function issueWords(issue: Issue | undefined): string {
  if (issue === undefined || !OF_ZOD.test(issue.message)) {
    return issue?.message ?? 'is not what it should be';
  }
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected, issue.message);
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'must not be empty'
        : `must ${verbOf(issue.origin)} ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must ${verbOf(issue.origin)} ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return `has not the form of ${issue.format === 'regex' ? 'such a value' : issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `has the unknown ${issue.keys.length > 1 ? 'fields' : 'field'} ${issue.keys.join(', ')}`;
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'is not what it should be';
  }
}

function typeWords(expected: string, message: string): string {
  return message.endsWith('received undefined')
    ? 'is missing'
    : `must be ${TYPES[expected] ?? expected}`;
}

function verbOf(origin: string): string {
  return origin === 'number' || origin === 'int' || origin === 'bigint' ? 'be' : 'have';
}

function unitOf(origin: string): string {
  const units: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };
  return units[origin] ?? '';
}
