import { sampleSpread } from '../../src/metrics/sample-spread.ts';
import { readRun } from '../../src/store/run-store.ts';

/*
 * What shared draws spare on real cells: node bench/coupled/run.ts RUN. The run has a reference and a
 * candidate of several samples, as
 *   evalkit humaneval --model f16,q4_k_m --decode sample --samples 10 --sample 41 --no-latency --no-perplexity --out RUN
 * Independent draws come from the same records: samples of the candidate moved on by one.
 */

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('name a run');
}
const { header, verdicts, completions } = readRun(folder);
const [reference, ...others] = header.plan.cells.map(({ id }) => id);
const passes = (cell: string, taskId: string): boolean[] =>
  verdicts
    .filter((verdict) => verdict.cell === cell && verdict.taskId === taskId)
    .toSorted((one, other) => one.sample - other.sample)
    .map(({ outcome }) => outcome.kind === 'passed');
const texts = (cell: string): Map<string, string> =>
  new Map(
    completions.flatMap((one) =>
      one.cell === cell ? [[`${one.taskId}#${one.sample}`, one.text]] : [],
    ),
  );
const moved = (list: readonly boolean[]): boolean[] => [...list.slice(1), ...list.slice(0, 1)];

print(
  '| candidate | tasks | samples | same text | variance in a task, shared | independent | spared |\n|---|---|---|---|---|---|---|',
);
for (const other of others) {
  const tasks = header.plan.dataset.taskIds.map((taskId) => ({
    reference: passes(reference ?? '', taskId),
    candidate: passes(other, taskId),
  }));
  const shared = sampleSpread(tasks);
  const apart = sampleSpread(tasks.map((task) => ({ ...task, candidate: moved(task.candidate) })));
  const [own, theirs] = [texts(reference ?? ''), texts(other)];
  const same = [...own].filter(([place, text]) => theirs.get(place) === text).length;
  if (shared === undefined || apart === undefined) {
    throw new Error(`${other}: samples are missing, or there is only one a task`);
  }
  print(
    `| ${other} | ${tasks.length} | ${tasks[0]?.reference.length ?? 0} | ${((100 * same) / own.size).toFixed(1)} % | ${shared.within.toFixed(4)} | ${apart.within.toFixed(4)} | ${(100 * (1 - shared.within / apart.within)).toFixed(0)} % |`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
