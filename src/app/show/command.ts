import { resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { taskResults, type TaskResult } from '../../measures/pass-rate/task-results.ts';
import { about } from '../../options/message.ts';
import { partNames } from '../../records/verdict.ts';
import { samplesOf } from '../../records/decode.ts';
import { environmentError, usageError } from '../../records/error.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { ShownCell, TaskReport } from '../../records/task-report.ts';
import { hasTask, shardOfTask, shardText } from '../../records/shard.ts';
import { renditionOfTask } from '../../report/show/rendition.ts';
import { type RunKind, wordsOf } from '../../store/kinds.ts';
import { findHeader } from '../../store/read-folder.ts';
import { readRun, type RunRecords } from '../../store/run-store.ts';
import { findCell, splitRunName } from '../cell-name.ts';
import type { Host, Outcome } from '../host.ts';
import { findPrompts } from '../prompts.ts';
import { printReport } from '../report-output.ts';
import { refuseSuites } from '../suite-runs.ts';
import { type ShowOptions, showOptions } from './options.ts';
import { findTask } from './task-name.ts';

/** Prints a task of a run: its prompt, and each cell's completion with its verdict. */
export async function show(options: ShowOptions, host: Host): Promise<Outcome> {
  const { run, cell } = splitRunName(options.run, host.cwd);
  const folder = resolve(host.cwd, run);
  refuseWithoutTasks(run, findHeader(folder).kind);
  refuseSuites(options.run, host.cwd);
  const records = readRun(folder);
  const asked = [...(cell === undefined ? [] : [cell]), ...options.cell];
  const cells = chooseCells(run, records, asked);
  const taskId = findTask(run, records.header.plan.dataset, options.task);
  refuseForeignTask(run, taskId, records);
  const report = await describe({ run, records, cells, taskId }, options, host);
  await printReport(host, renditionOfTask(report), options);
  return { kind: 'done' };
}

/** Throws an environment error for a task of another shard: the folder that has it may be elsewhere. */
function refuseForeignTask(run: string, taskId: string, { header }: RunRecords): void {
  const { shard } = header;
  if (shard !== undefined && !hasTask(header, taskId)) {
    const index = shardOfTask(taskId, shard.of);
    throw environmentError(
      `${run} is ${shardText(shard)}, and ${taskId} is in ${shardText({ ...shard, index })}; name that folder, or the merged run`,
    );
  }
}

/** What kinds of runs without tasks have instead. */
const WITHOUT: Readonly<Partial<Record<RunKind, string>>> = {
  bench: 'times of a grid and no tasks; evalkit report shows them',
  perplexity: 'scores of a text and no tasks; evalkit report shows them',
  judge:
    'verdicts and no completions: they are in the file of samples, and its results file has each verdict beside its sample',
};

function refuseWithoutTasks(run: string, kind: RunKind): void {
  const instead = WITHOUT[kind];
  if (instead !== undefined) {
    throw usageError(`${run} holds ${wordsOf(kind)}, which has ${instead}`);
  }
}

/** The cells that are named, else all. */
function chooseCells(run: string, { header }: RunRecords, asked: readonly string[]): CellPlan[] {
  const { cells } = header.plan;
  if (asked.length === 0) {
    return [...cells];
  }
  const ids = cells.map(({ id }) => id);
  const chosen = new Set(asked.map((text) => findCell(run, ids, text)));
  return [...chosen].flatMap((id) => cells.filter((cell) => cell.id === id));
}

async function describe(
  what: {
    readonly run: string;
    readonly records: RunRecords;
    readonly cells: readonly CellPlan[];
    readonly taskId: string;
  },
  options: ShowOptions,
  host: Host,
): Promise<TaskReport> {
  const { run, records, cells, taskId } = what;
  const { sampleIndex } = options;
  const samples = Math.max(...cells.map(samplesOf));
  if (sampleIndex >= samples) {
    throw usageError(
      about`${showOptions.options.sampleIndex} ${sampleIndex}: ${run} has ${samples === 1 ? 'one completion' : `completions 0 to ${samples - 1}`} of a task; name one of them`,
    );
  }
  const results = taskResults(records).filter((result) => result.taskId === taskId);
  const shown = cells.map((cell) =>
    shownCell(
      cell.id,
      results.filter((result) => result.cell === cell.id),
      { records, sample: Math.min(sampleIndex, samplesOf(cell) - 1) },
    ),
  );
  return {
    version: 1,
    kind: 'task',
    run,
    ...(records.header.shard === undefined ? {} : { shard: records.header.shard }),
    taskId,
    dataset: records.header.plan.dataset.name,
    prompt: await promptOf(taskId, records.header.plan.dataset, { data: options.data, host }),
    sample: sampleIndex,
    samples,
    cells: shown,
    ...differenceOf(shown),
  };
}

function shownCell(
  cell: string,
  results: readonly TaskResult[],
  { records, sample }: { readonly records: RunRecords; readonly sample: number },
): ShownCell {
  const result = results.find((each) => each.sample === sample);
  if (result === undefined) {
    throw new Error(`${cell} has no sample ${sample}`);
  }
  const { completion, outcome, taskId } = result;
  const verdict = records.verdicts.findLast(
    (each) => each.cell === cell && each.taskId === taskId && each.sample === sample,
  );
  const judged = results.filter(({ outcome: { kind } }) => kind === 'passed' || kind === 'failed');
  const passed = judged.filter(({ outcome: { kind } }) => kind === 'passed');
  return {
    cell,
    passed: [passed.length, judged.length],
    outcome,
    ...(verdict?.parts === undefined || partNames([verdict]).length === 0
      ? {}
      : { parts: verdict.parts }),
    ...(completion === undefined
      ? {}
      : {
          completion: {
            text: completion.text,
            stopReason: completion.stopReason,
            ...(completion.tokens === undefined ? {} : { newTokens: completion.tokens.length }),
          },
        }),
    ...(verdict?.code === undefined ? {} : { code: verdict.code }),
    ...(verdict?.head === undefined ? {} : { head: verdict.head }),
  };
}

/** Of exactly two cells with completions: how the second's text differs from the first's. */
function differenceOf(cells: readonly ShownCell[]): Pick<TaskReport, 'difference'> {
  const [one, other] = cells;
  if (cells.length !== 2 || one?.completion === undefined || other?.completion === undefined) {
    return {};
  }
  const [was, is] = [one.completion.text, other.completion.text];
  return { difference: was === is ? null : createTwoFilesPatch(one.cell, other.cell, was, is) };
}

async function promptOf(
  taskId: string,
  dataset: Parameters<typeof findPrompts>[0],
  from: Parameters<typeof findPrompts>[1],
): Promise<TaskReport['prompt']> {
  const found = await findPrompts(dataset, from);
  return 'notRun' in found
    ? found
    : (found.prompts.get(taskId) ?? { notRun: `${found.path} has no task ${taskId}` });
}
