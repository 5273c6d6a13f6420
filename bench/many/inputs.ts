import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How large a run is. */
export interface RunSize {
  readonly tasks: number;
  readonly samples: number;
  readonly cells: number;
}

/** As long as completions of HumanEval's tasks are on the average, in lines. */
const LINES = 6;

/** Writes tasks in HumanEval's format, and for each cell a file of recorded completions. */
export async function writeInputs(folder: string, size: RunSize): Promise<void> {
  await write(join(folder, 'tasks.jsonl'), tasksOf(size));
  for (let cell = 0; cell < size.cells; cell += 1) {
    await write(join(folder, `cell-${cell}.jsonl`), completionsOf(cell, size));
  }
}

function* tasksOf({ tasks }: RunSize): Generator<object> {
  for (let task = 0; task < tasks; task += 1) {
    const name = `shifted_${task}`;
    const text = `Adds up a list of integers, and ${task} to each of them before that.\n    >>> ${name}([1, 2])\n    ${3 + 2 * task}\n`;
    yield {
      task_id: `Many/${task}`,
      prompt: `def ${name}(values):\n    """${text}    """\n`,
      entry_point: name,
      canonical_solution: `    return sum(value + ${task} for value in values)\n`,
      test: `def check(candidate):\n    assert candidate([]) == 0\n    assert candidate([1, 2]) == ${3 + 2 * task}\n`,
    };
  }
}

/** A part of them wrong, and others in each cell; no two of a task are alike. */
function* completionsOf(cell: number, { tasks, samples }: RunSize): Generator<object> {
  for (let task = 0; task < tasks; task += 1) {
    for (let sample = 0; sample < samples; sample += 1) {
      const isWrong = (task * 7 + sample * 3 + cell) % 10 < 3;
      const steps = Array.from(
        { length: LINES - 2 },
        (_, line) =>
          `    part_${line} = [value for value in values if value % ${LINES} == ${line}]\n`,
      );
      const shift = isWrong ? task + 1 : task;
      yield {
        task_id: `Many/${task}`,
        completion: `    # completion ${sample} of cell ${cell}\n${steps.join('')}    return sum(values) + ${shift} * len(values)\n`,
      };
    }
  }
}

async function write(path: string, lines: Iterable<object>): Promise<void> {
  await pipeline(
    Readable.from(lines),
    async function* (objects: AsyncIterable<object>) {
      for await (const object of objects) {
        yield `${JSON.stringify(object)}\n`;
      }
    },
    createWriteStream(path),
  );
}
