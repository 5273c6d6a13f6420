import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** One piece of hostile code. */
export interface HostileCode {
  readonly title: string;
  readonly causes: readonly string[];
  /** Whether it passes in the original harness. */
  readonly isRealForgery: boolean;
  readonly code: string;
}

/** The sections of a file; see hostile/README.md. */
export function readCorpus(path: string): HostileCode[] {
  const sections = readFileSync(path, 'utf8').split(/^#: /m).slice(1);
  return sections.map((section) => {
    const [header = '', ...lines] = section.split('\n');
    const [name = '', expectation = ''] = header.split(' -> ');
    return {
      title: `${basename(path, '.py')}: ${name}`,
      causes: expectation.replace(' !', '').split(', '),
      isRealForgery: expectation.endsWith(' !'),
      code: `${lines.join('\n').trimEnd()}\n`,
    };
  });
}
