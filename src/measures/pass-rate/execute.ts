import type { EvalkitError } from '../../records/error.ts';
import type { Grading } from '../../records/grading.ts';
import { does } from '../../records/stage.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { groupByLoad, type LoadGroup } from '../load-groups.ts';
import type { MeasureRun, StopRule } from '../measure.ts';
import { generateGroup, type GenerateOptions } from './generate.ts';
import { type CodeJudge, codeJudge } from './judge-code.ts';
import { judgeCell } from './judge.ts';
import { executeSequentially } from './sequential.ts';

interface Options extends MeasureRun, Pick<GenerateOptions, 'onMemoryError'> {
  readonly judge: CodeJudge | undefined;
}

/**
 * Generates and judges what is missing, one loaded model after the other. Judging begins when a
 * model's generation has ended and its engine is gone, since a busy process beside the engine would
 * slow it many times over. Throws the memory error where the memory could hold no cell and nothing
 * came of any.
 */
export async function answerAndJudge(run: MeasureRun): Promise<void> {
  const { store, stopRule } = run;
  const { cells, grading } = store.header.plan;
  const memoryErrors: EvalkitError[] = [];
  const options: Options = {
    ...run,
    judge: run.sandbox && codeJudge({ ...run, sandbox: run.sandbox, header: store.header }),
    // A run of one cell has no other to continue with.
    ...(cells.length === 1 ? {} : { onMemoryError: (error) => memoryErrors.push(error) }),
  };
  for (const group of readableFirst(groupByLoad(cells))) {
    await (stopRule === undefined || group.cells.some(({ role }) => role !== undefined)
      ? answerGroup(group, grading, options)
      : answerUntilCertain(group, grading, { ...options, stopRule }));
  }
  const [error] = memoryErrors;
  if (error !== undefined && store.completions.size === 0) {
    throw error;
  }
}

/** What others read along with comes before them. */
function readableFirst(groups: readonly LoadGroup[]): LoadGroup[] {
  const read = new Set(
    groups.flatMap((group) => group.cells.flatMap(({ replay }) => replay?.reference ?? [])),
  );
  const isRead = (group: LoadGroup): boolean => group.cells.some(({ id }) => read.has(id));
  return [...groups.filter(isRead), ...groups.filter((group) => !isRead(group))];
}

async function answerGroup(group: LoadGroup, grading: Grading, options: Options): Promise<void> {
  if (does('generate', options.stage)) {
    await generateGroup(group, options);
  }
  if (does('judge', options.stage)) {
    const judging = judgingOf(options);
    for (const cell of group.cells) {
      options.signal.throwIfAborted();
      await judgeCell({ ...options, ...judging, cell, grading });
    }
  }
}

async function answerUntilCertain(
  group: LoadGroup,
  grading: Grading,
  options: Options & { readonly stopRule: StopRule },
): Promise<void> {
  for (const cell of group.cells) {
    const judging = judgingOf(options);
    await executeSequentially({ ...options, ...judging, cell, grading }, options.stopRule);
  }
}

function judgingOf({ sandbox, judge }: Options): {
  readonly sandbox: Grader;
  readonly judge: CodeJudge;
} {
  if (sandbox === undefined || judge === undefined) {
    throw new Error('a run that judges without a sandbox');
  }
  return { sandbox, judge };
}
