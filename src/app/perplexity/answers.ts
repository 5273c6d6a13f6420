import { basename, resolve } from 'node:path';
import { comparableCells } from '../../compare/evidence.ts';
import { type LoadedText, PROMPT_FIELD } from '../../measures/perplexity/load-text.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { isEndpoint } from '../../records/endpoint.ts';
import { sha256Json } from '../../records/hash.ts';
import type { CellPlan } from '../../records/plan.ts';
import { renderPrompt } from '../../suites/prompt.ts';
import { openRun } from '../gate/load-evidence.ts';
import type { Host } from '../host.ts';
import { findPrompts } from '../prompts.ts';
import { type PerplexityOptions, perplexityOptions } from './options.ts';

const ANSWERS = perplexityOptions.options.answers;

/**
 * What a cell of a finished run answered, each behind its prompt as the model was asked: the reference
 * cell's where none is named, of several samples the first. Throws a usage error for a run without
 * completions, and where the tasks' prompts are not at hand.
 */
export async function loadAnswers(
  named: string,
  options: Pick<PerplexityOptions, 'data' | 'model' | 'reference'>,
  host: Host,
): Promise<LoadedText> {
  const run = openRun(named, { cwd: host.cwd, metric: undefined });
  if (run.kind === 'samples') {
    throw usageError(
      about`${ANSWERS} ${named} holds judged samples, whose prompts are not known; name a run of evalkit humaneval`,
    );
  }
  const { header, completions } = run.records;
  const { dataset } = header.plan;
  const cell = run.cell ?? referenceCell(comparableCells(header.plan));
  refuseServed(cell, options);
  const found = await findPrompts(dataset, { data: options.data, host });
  if ('notRun' in found) {
    throw usageError(about`${ANSWERS} ${named}: ${found.notRun}`);
  }
  const texts = new Map(
    completions.flatMap((one) =>
      one.cell === cell.id && one.sample === 0 ? [[one.taskId, one.text]] : [],
    ),
  );
  const answers = dataset.taskIds.flatMap((taskId) => {
    const [prompt, text] = [found.prompts.get(taskId), texts.get(taskId)];
    return prompt === undefined || text === undefined
      ? []
      : [{ before: renderPrompt({ prompt }, cell.prompt), text }];
  });
  if (answers.length === 0) {
    throw usageError(about`${ANSWERS} ${named}: ${cell.id} has no completion yet; finish the run`);
  }
  return {
    plan: {
      source: {
        kind: 'file',
        name: `answers of ${cell.id} in ${basename(resolve(host.cwd, run.name))}`,
      },
      sha256: sha256Json(answers),
      field: 'completion',
      after: PROMPT_FIELD,
      rows: answers.length,
      ...(answers.length < dataset.taskIds.length ? { askedRows: dataset.taskIds.length } : {}),
    },
    rows: answers.map(({ text }) => text),
    before: answers.map(({ before }) => before),
  };
}

/** A server takes a whole conversation, and no answer that has begun. */
function refuseServed(
  { id, prompt }: CellPlan,
  { model = [], reference }: Pick<PerplexityOptions, 'model' | 'reference'>,
): void {
  const served = [...model, ...(reference === undefined ? [] : [reference])].find(isEndpoint);
  if (prompt.mode === 'chat' && served !== undefined) {
    throw usageError(
      about`${ANSWERS}: ${id} was asked in a chat, and ${served} is a server, which takes no answer that has begun; name a model that is loaded here, or a run that was asked raw`,
    );
  }
}
