import type { Sample } from '../../src/sandbox/grader.ts';

/** What a sample of a task of one's own is made of. */
interface Made {
  readonly prompt: string;
  readonly completion: string;
  /** Source that defines `check(candidate)`, or a whole program. */
  readonly test: string;
  readonly kind?: 'check' | 'program';
  readonly entryPoint: string;
}

/** A sample of a task of one's own. */
export function makeSample({ prompt, completion, test, entryPoint, kind = 'check' }: Made): Sample {
  return {
    task: {
      taskId: 'Own/0',
      prompt,
      entryPoint,
      canonicalSolution: '',
      test: { kind, source: test },
    },
    completion,
  };
}

/** The same completion, against another check. */
export function withCheck({ task, completion }: Sample, source: string): Sample {
  return { task: { ...task, test: { kind: 'check', source } }, completion };
}

/** A sample in the form that the scripts take which run another harness. */
export function peerLine({ task, completion }: Sample): Made {
  const { prompt, entryPoint, test } = task;
  return { prompt, completion, test: test.kind === 'inputs' ? '' : test.source, entryPoint };
}
