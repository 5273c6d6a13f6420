import { sha256Json } from '../../records/hash.ts';
import type { Task } from '../../records/task.ts';
import type { Verdict } from '../../records/verdict.ts';
import { type Grader, seedOf } from '../../sandbox/grader.ts';
import type { Extraction, SuiteRules } from '../../suites/suite.ts';

/** What code came to: all that a verdict says of it, or why the machine reached none. */
export type Judged =
  | {
      readonly kind: 'verdict';
      readonly found: Pick<Verdict, 'outcome' | 'parts' | 'code' | 'head' | 'judgingMs'>;
    }
  | { readonly kind: 'incident'; readonly detail: string };

/** How code is judged. */
interface Judging {
  readonly sandbox: Pick<Grader, 'judge'>;
  /** Says where the tests' random draws begin. */
  readonly header: Parameters<typeof seedOf>[0];
  /** Whose tasks they are. */
  readonly suite: Pick<SuiteRules, 'isPinned'>;
}

export type CodeJudge = (extraction: Extraction, task: Task) => Promise<Judged>;

/**
 * The one way from what was taken out of a completion to a verdict. The same code of a task is judged once,
 * since all draws of a run begin alike: of samples that agree only the first has a time.
 */
export function codeJudge(judging: Judging): CodeJudge {
  const known = new Map<string, Promise<Judged>>();
  return async (extraction, task) => {
    if (extraction.kind === 'infrastructure') {
      return { kind: 'incident', detail: extraction.detail };
    }
    if (extraction.kind === 'no-code') {
      const { detail } = extraction;
      return { kind: 'verdict', found: { outcome: { kind: 'failed', cause: 'no-code', detail } } };
    }
    const { code, head } = extraction;
    const key = sha256Json({ task: task.taskId, code, head: head ?? null });
    const earlier = known.get(key);
    if (earlier !== undefined) {
      return withoutTime(await earlier);
    }
    const judged = judgeCode({ task, code, head }, judging);
    known.set(key, judged);
    if ((await judged).kind === 'incident') {
      known.delete(key);
    }
    return judged;
  };
}

function withoutTime(judged: Judged): Judged {
  if (judged.kind === 'incident') {
    return judged;
  }
  const { judgingMs: _, ...found } = judged.found;
  return { kind: 'verdict', found };
}

async function judgeCode(
  {
    task,
    code,
    head,
  }: { readonly task: Task; readonly code: string; readonly head: string | undefined },
  { sandbox, header, suite }: Judging,
): Promise<Judged> {
  const start = performance.now();
  const { isPinned: isTestPinned } = suite;
  const sample = { task, completion: code, head, isTestPinned, ...seedOf(header) };
  const judgement = await sandbox.judge(sample);
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
