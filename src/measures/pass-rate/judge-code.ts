import type { Task } from '../../records/task.ts';
import type { Verdict } from '../../records/verdict.ts';
import { type Grader, seedOf } from '../../sandbox/grader.ts';
import type { Extraction } from '../../suites/suite.ts';

/** What code came to: all that a verdict says of it, or why the machine reached none. */
export type Judged =
  | {
      readonly kind: 'verdict';
      readonly found: Pick<Verdict, 'outcome' | 'parts' | 'code' | 'head' | 'judgingMs'>;
    }
  | { readonly kind: 'incident'; readonly detail: string };

/** Judges what was taken out of a completion: the one way from an extraction to a verdict. */
export async function judgeCode(
  extraction: Extraction,
  {
    task,
    sandbox,
    header,
  }: {
    readonly task: Task;
    readonly sandbox: Pick<Grader, 'judge'>;
    /** Says where the tests' random draws begin. */
    readonly header: Parameters<typeof seedOf>[0];
  },
): Promise<Judged> {
  if (extraction.kind === 'infrastructure') {
    return { kind: 'incident', detail: extraction.detail };
  }
  if (extraction.kind === 'no-code') {
    const { detail } = extraction;
    return { kind: 'verdict', found: { outcome: { kind: 'failed', cause: 'no-code', detail } } };
  }
  const { code, head } = extraction;
  const start = performance.now();
  const judgement = await sandbox.judge({ task, completion: code, head, ...seedOf(header) });
  const judgingMs = Math.round(performance.now() - start);
  if (judgement.kind === 'infrastructure') {
    return { kind: 'incident', detail: judgement.detail };
  }
  const { outcome, parts } = judgement;
  return {
    kind: 'verdict',
    found: {
      code,
      ...(head === undefined ? {} : { head }),
      outcome,
      ...(parts === undefined ? {} : { parts: { ...parts } }),
      judgingMs,
    },
  };
}
