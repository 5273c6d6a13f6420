import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { humanevalPath, humanevalTasks } from '../../test/fixtures/humaneval.ts';
import { makeTinyGguf } from '../../test/fixtures/tiny-gguf.ts';

/** A run that is disturbed: its name, and the words of its command but for the folder. */
export interface Setting {
  readonly name: 'recorded' | 'weights' | 'server';
  readonly words: readonly string[];
}

/** Tasks of the run on recorded completions. */
const TASKS = 16;

/** Writes what the runs need into a folder. `url`: of the model's server. */
export async function makeSettings(
  cwd: string,
  url: string,
): Promise<readonly [Setting, ...Setting[]]> {
  const tasks = (await humanevalTasks()).slice(0, TASKS);
  for (const wrong of [3, 5]) {
    const lines = tasks.map(({ taskId, canonicalSolution }, index) =>
      JSON.stringify({
        task_id: taskId,
        completion: index % wrong === 1 ? '    return None\n' : canonicalSolution,
      }),
    );
    writeFileSync(join(cwd, `wrong-${wrong}.jsonl`), `${lines.join('\n')}\n`);
  }
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const common =
    '--prompt raw --no-latency --no-perplexity --parallel 1 --test-seed chaos --workers 2';
  const settings = {
    recorded: `--model scripted:wrong-3.jsonl,scripted:wrong-5.jsonl --limit ${TASKS}`,
    weights: '--model tiny.gguf --limit 4 --max-tokens 48 --threads 1',
    server: `--model ${url}#tiny --limit 8`,
  };
  const data = await humanevalPath();
  const made = Object.entries(settings).map(
    ([name, words]): Setting => ({
      name: name as Setting['name'],
      words: ['humaneval', ...`${words} ${common} --data ${data}`.split(' ')],
    }),
  );
  const [first, ...others] = made;
  if (first === undefined) {
    throw new Error('no setting');
  }
  return [first, ...others];
}
