import { parseArgs } from 'node:util';
import { humanevalTasks } from '../../test/fixtures/humaneval.ts';
import { benchFixedLengths } from './fixed-lengths.ts';
import { benchMemory } from './memory.ts';
import { modelPaths } from './models.ts';
import { Peers } from './peers.ts';
import { benchSingle } from './single.ts';
import { benchWholeRun } from './whole-run.ts';

/*
 * The engine beside llama.cpp's own tools, in turns on one machine; docs/benchmarks.md says how to
 * run it and what came of it. Nothing else should run meanwhile.
 */

const { values } = parseArgs({
  options: {
    /** Files, or quantizations of the default base. */
    models: { type: 'string', default: 'q8_0,q4_0,q4_k_m' },
    /** Which parts: `memory`, `fixed`, `single`, `run`. */
    only: { type: 'string', default: 'memory,fixed,single,run' },
    rounds: { type: 'string', default: '5' },
    pairs: { type: 'string', default: '20' },
    depth: { type: 'string', default: '128' },
    /** Every so many tasks of the whole run: 1 is all. */
    every: { type: 'string', default: '1' },
    threads: { type: 'string' },
    /** The folder of llama.cpp's tools; without it they are looked for on the PATH. */
    peer: { type: 'string', default: '' },
    /** The folder of their libraries. */
    'peer-libs': { type: 'string' },
    'no-server': { type: 'boolean', default: false },
  },
});

const parts = values.only.split(',');
const threads = values.threads === undefined ? undefined : Number(values.threads);
const peers = await Peers.find(values.peer, values['peer-libs']);
say(
  peers === undefined
    ? 'llama.cpp tools not found (--peer FOLDER): every comparison with them is left out\n'
    : `llama.cpp tools: ${peers.version}\n`,
);
for (const [name, path] of await modelPaths(values.models.split(','))) {
  if (parts.includes('memory')) {
    say(`\n## ${name}: memory\n\n`);
    say(await benchMemory(path, { threads }));
  }
  if (parts.includes('fixed')) {
    say(`\n## ${name}: fixed lengths, prompt 128, 32 new\n\n`);
    say(await benchFixedLengths(path, { rounds: Number(values.rounds), threads, peers }));
  }
  if (parts.includes('single') && peers !== undefined) {
    say(`\n## ${name}: one sequence\n\n`);
    const [pairs, depth] = [Number(values.pairs), Number(values.depth)];
    say(await benchSingle(path, { pairs, depth, threads, peers }));
  }
  if (parts.includes('run')) {
    say(`\n## ${name}: the whole run\n\n`);
    const all = await humanevalTasks();
    const tasks = all.filter((_, index) => index % Number(values.every) === 0);
    say(await benchWholeRun(path, { tasks, threads, peers, server: !values['no-server'] }));
  }
}

function say(text: string): void {
  process.stdout.write(text);
}
