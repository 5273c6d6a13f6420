import type { EvalkitError } from '../../records/error.ts';
import type { Grading } from '../../records/grading.ts';
import { does } from '../../records/stage.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { groupByLoad, type LoadGroup } from '../load-groups.ts';
import type { MeasureRun, StopRule } from '../measure.ts';
import { generateGroup, type GenerateOptions } from './generate.ts';
import { judgeCell } from './judge.ts';
import { executeSequentially } from './sequential.ts';

type Options = MeasureRun & Pick<GenerateOptions, 'onMemoryError'>;

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
  // A run of one cell has no other to continue with.
  const options: Options =
    cells.length === 1 ? run : { ...run, onMemoryError: (error) => memoryErrors.push(error) };
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
    const sandbox = sandboxOf(options);
    for (const cell of group.cells) {
      options.signal.throwIfAborted();
      await judgeCell({ ...options, sandbox, cell, grading });
    }
  }
}

async function answerUntilCertain(
  group: LoadGroup,
  grading: Grading,
  options: Options & { readonly stopRule: StopRule },
): Promise<void> {
  for (const cell of group.cells) {
    const sandbox = sandboxOf(options);
    await executeSequentially({ ...options, sandbox, cell, grading }, options.stopRule);
  }
}

function sandboxOf({ sandbox }: Options): Grader {
  if (sandbox === undefined) {
    throw new Error('a run that judges without a sandbox');
  }
  return sandbox;
}
