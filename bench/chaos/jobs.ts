import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { humanevalPath, humanevalTasks } from '../../test/fixtures/humaneval.ts';
import { ROWS } from '../../test/fixtures/score-run.ts';
import { makeTinyGguf } from '../../test/fixtures/tiny-gguf.ts';

/** Commands that are disturbed. Each writes the folder `run` where it is started. */
export const JOB_NAMES = ['recorded', 'weights', 'server', 'judge', 'merge'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** A command whose second start does what is missing. */
export interface Job {
  readonly name: JobName;
  readonly words: readonly string[];
  /** The run that lies in its folder beforehand, by its path. */
  readonly begunWith?: string;
  /** Commands whose runs it needs, each with the folder that it writes. */
  readonly needs: readonly { readonly words: readonly string[]; readonly folder: string }[];
}

/** Tasks of the run on recorded completions. */
const TASKS = 16;
const SHARDS = 3;

/** Writes what the commands read into a folder. `url`: of the model's server. */
export async function makeJobs(
  folder: string,
  url: string,
): Promise<Readonly<Record<JobName, Job>>> {
  await writeInputs(folder);
  const data = ['--data', await humanevalPath()];
  const judging = ['--test-seed', 'chaos', '--workers', '2', ...data];
  const humaneval = (words: string): string[] => [
    ...`humaneval --prompt raw --no-latency --parallel 1 ${words}`.split(' '),
    ...judging,
  ];
  const files = [3, 5].map((wrong) => `scripted:${join(folder, `wrong-${wrong}.jsonl`)}`);
  const recorded = humaneval(`--no-perplexity --limit ${TASKS} --model ${files.join(',')}`);
  const shards = Array.from({ length: SHARDS }, (_, index) => `${index + 1}/${SHARDS}`);
  const placeOf = (shard: string): string => join(folder, `shard-${shard.replace('/', '-')}`);
  const generated = join(folder, 'generated');
  const out = ['--out', 'run'];
  return {
    recorded: { name: 'recorded', words: [...recorded, ...out], needs: [] },
    weights: {
      name: 'weights',
      words: [
        ...humaneval('--limit 4 --max-tokens 48 --threads 1'),
        '--model',
        join(folder, 'tiny.gguf'),
        '--ppl-data',
        join(folder, 'rows.jsonl'),
        ...out,
      ],
      needs: [],
    },
    server: {
      name: 'server',
      words: [...humaneval(`--no-perplexity --limit 8 --model ${url}#tiny`), ...out],
      needs: [],
    },
    judge: {
      name: 'judge',
      words: ['judge', 'run', ...judging],
      begunWith: generated,
      needs: [{ words: [...recorded, '--only', 'generate'], folder: generated }],
    },
    merge: {
      name: 'merge',
      words: ['merge', ...shards.map(placeOf), ...out, '--fresh'],
      needs: shards.map((shard) => ({
        words: [...recorded, '--shard', shard],
        folder: placeOf(shard),
      })),
    },
  };
}

async function writeInputs(folder: string): Promise<void> {
  const tasks = (await humanevalTasks()).slice(0, TASKS);
  for (const wrong of [3, 5]) {
    const lines = tasks.map(({ taskId, canonicalSolution }, index) => ({
      task_id: taskId,
      completion: index % wrong === 1 ? '    return None\n' : canonicalSolution,
    }));
    writeFileSync(join(folder, `wrong-${wrong}.jsonl`), linesOf(lines));
  }
  writeFileSync(join(folder, 'rows.jsonl'), linesOf(ROWS.map((text) => ({ text }))));
  await makeTinyGguf(join(folder, 'tiny.gguf'));
}

function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
