import { readFileSync } from 'node:fs';

/** An answer of the table `answers.txt`. */
export interface Answer {
  readonly name: string;
  readonly taskId: string;
  readonly worth: 'passes' | 'fails' | 'no-code';
  readonly text: string;
}

const UNSEEN: Readonly<Record<string, string>> = {
  CR: '\r',
  ZWSP: '\u200B',
  NBSP: '\u00A0',
  BOM: '\uFEFF',
};

/** The answers of the table, in its order. */
export function answers(): Answer[] {
  const table = readFileSync(new URL('answers.txt', import.meta.url), 'utf8');
  const parts = table.split(/^=== (\d+) (passes|fails|no-code): (.*)\n/m).slice(1);
  return Array.from({ length: parts.length / 4 }, (_, index) => {
    const [task = '', worth = '', name = '', text = ''] = parts.slice(4 * index);
    return {
      name,
      taskId: `HumanEval/${task}`,
      worth: worth as Answer['worth'],
      text: text.replace(/\n$/, '').replace(/⟦(\w+)⟧/g, (_mark, key: string) => UNSEEN[key] ?? ''),
    };
  });
}
