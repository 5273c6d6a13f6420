import type { ThoughtTags } from '../../engines/thoughts.ts';
import type { StopRule } from '../../records/plan.ts';

/** How models set apart what they think aloud. */
export const THOUGHTS: ThoughtTags = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<reflection>', '</reflection>'],
  ['<seed:think>', '</seed:think>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|channel|>analysis<|message|>', '<|end|>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<THINK>', '</THINK>'],
  ['<Think>', '</Think>'],
  ['<Thinking>', '</Thinking>'],
  ['<Thought>', '</Thought>'],
  ['<analysis>', '</analysis>'],
  ['<scratchpad>', '</scratchpad>'],
  ['<reason>', '</reason>'],
  ['<|thinking|>', '<|/thinking|>'],
  ['<|channel>thought', '<channel|>'],
  ['<unused94>thought', '<unused95>'],
];

/** Where an answer in chat form can end: behind a definition of the function, in a language's forms. */
export function stopAt({
  blank,
  defines,
}: Pick<StopRule & { kind: 'definition' }, 'blank' | 'defines'>): (open: boolean) => StopRule {
  const thoughts = THOUGHTS.map(([opener, close]): [string, string] => [opener, close]);
  return (open) => ({ kind: 'definition', open, thoughts, blank, defines });
}

/** Tags around answers, whatever the language; control tokens that were left over. */
export const WRAPPING = String.raw`<\/?(?:code|pre|answer|solution|output|response|result|final)\b[^<>\n]*>|<\|[\w ]{1,40}\|>|<\/?s>|\[\/?(?:INST|CODE|ANSWER)\]|<(?:end|start)_of_turn>|<｜[^｜\n]{1,40}｜>`;

/** Characters that nobody sees and no parser takes. */
export const INVISIBLE = /[\u200B-\u200D\u2060\uFEFF]/g;

/** Spaces that no parser takes for such. */
export const ODD_SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;

/** What HTML writes in place of characters of code. */
export const ESCAPES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};
