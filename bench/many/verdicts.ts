import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Text } from '../../src/records/hash.ts';
import { planHash } from '../../src/records/keys.ts';
import { runHeaderSchema } from '../../src/records/run-header.ts';
import type { Verdict } from '../../src/records/verdict.ts';
import { JsonlAppender, scanJsonl } from '../../src/store/jsonl-file.ts';
import { KINDS } from '../../src/store/kinds.ts';
import { HEADER_FILE } from '../../src/store/read-folder.ts';

const { completions, verdicts } = KINDS.humaneval.files;

/** What stands for the grader of verdicts that nobody reached. */
const GRADER = { name: 'none', version: 'bench', level: 'L2', runtime: 'none', identity: {} };

/** Writes a verdict for each completion of a run that was only generated, one line at a time. */
export function writeVerdicts(folder: string): void {
  const path = join(folder, HEADER_FILE);
  const header = runHeaderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const plan = { ...header.plan, grading: { ...header.plan.grading, grader: GRADER } };
  writeFileSync(path, JSON.stringify({ ...header, plan, planHash: planHash(plan) }));
  const appender = new JsonlAppender(join(folder, verdicts.file));
  const file = join(folder, completions.file);
  for (const { record } of scanJsonl(file, (line) => completions.schema.parse(line))) {
    const { key, cell, taskId, sample, text } = record;
    const verdict: Verdict = {
      version: 1,
      key: sha256Text(text),
      completionKey: key,
      cell,
      taskId,
      sample,
      code: text,
      outcome: isRight(taskId, text)
        ? { kind: 'passed' }
        : { kind: 'failed', cause: 'assertion', detail: 'assert candidate([1, 2]) == 3' },
      judgingMs: 3,
    };
    appender.append(verdict);
  }
  appender.close();
}

function isRight(taskId: string, text: string): boolean {
  return text.includes(` + ${taskId.split('/')[1]} * len`);
}
