import { randomInt } from 'node:crypto';
import { sha256Text } from '../../records/hash.ts';
import type { Task } from '../../records/task.ts';
import type { Judgement, Sample } from '../grader.ts';
import type { SampleJob } from './messages.ts';
import type { PoolReport, SamplePool } from './worker.ts';

/** A name as programs write it. */
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Judges one sample. */
export async function judgeSample(sample: Sample, pool: SamplePool): Promise<Judgement> {
  const job = jobOf(sample);
  return typeof job === 'string' ? unfit(job) : judgementOf(await pool.do(job));
}

/** What a process is given for a sample, or why the task fits no completion. */
function jobOf({ task, completion, head = '', seed }: Sample): SampleJob | string {
  const { prompt, entryPoint, test } = task;
  if (test.kind === 'inputs') {
    return 'its test is by inputs, and tests in JavaScript are programs';
  }
  if (!isName(task)) {
    return `its entry point ${JSON.stringify(entryPoint)} is no name of a function`;
  }
  return { kind: 'sample', head, prompt, completion, entryPoint, seed: numberOf(seed), test };
}

/** Absent: a seed that nobody knows. */
function numberOf(seed: string | undefined): number {
  return seed === undefined
    ? randomInt(2 ** 32)
    : Number.parseInt(sha256Text(seed).slice(0, 8), 16);
}

function isName({ entryPoint }: Task): boolean {
  return IDENTIFIER.test(entryPoint);
}

function judgementOf(report: PoolReport): Judgement {
  switch (report.kind) {
    case 'machine':
      return { kind: 'infrastructure', fault: 'machine', detail: report.detail };
    case 'unfit':
      return unfit(report.detail);
    case 'passed':
      return { kind: 'verdict', outcome: { kind: 'passed' } };
    case 'failed': {
      const { kind, cause, detail } = report;
      return { kind: 'verdict', outcome: { kind, cause, detail } };
    }
    case 'denials':
    case 'description': {
      // Only a sample that has taken its process over reports this.
      const detail = 'what its process reports is no report';
      return { kind: 'verdict', outcome: { kind: 'failed', cause: 'protocol', detail } };
    }
  }
}

function unfit(detail: string): Judgement {
  return { kind: 'infrastructure', fault: 'task', detail };
}
