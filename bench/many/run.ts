/*
 * What a large run takes: recorded completions of many tasks, samples and cells, generated in shards, merged
 * and reported by the real command. For each step its seconds, on the clock and of the processor, and the most
 * memory that its process held.
 *
 *     npm run bench:many -- [--tasks 1000] [--samples 20] [--cells 8] [--shards 8] [--judge] [--keep]
 *
 * Judging 160,000 samples takes the sandbox many minutes and is no part of what is measured: the verdicts are
 * written by this script, unless --judge says otherwise.
 */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import prettyBytes from 'pretty-bytes';
import { table } from 'table';
import { z } from 'zod';
import { measureCommand, type Measured } from './measure-command.ts';
import { writeInputs } from './inputs.ts';
import { writeVerdicts } from './verdicts.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '1000' },
    samples: { type: 'string', default: '20' },
    cells: { type: 'string', default: '8' },
    shards: { type: 'string', default: '8' },
    judge: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const positive = z.coerce.number().int().positive();
const size = {
  tasks: positive.parse(values.tasks),
  samples: positive.parse(values.samples),
  cells: positive.parse(values.cells),
};
const shards = positive.parse(values.shards);

const cwd = mkdtempSync(join(tmpdir(), 'evalkit-many-'));
try {
  await writeInputs(cwd, size);
  const steps: [name: string, measured: Measured][] = [];
  const names = Array.from({ length: shards }, (_, index) => `shard-${index + 1}`);
  for (const [index, name] of names.entries()) {
    const words = generating(`${index + 1}/${shards}`, name);
    steps.push([`generate ${name}`, await measureCommand(words, cwd)]);
    if (values.judge) {
      steps.push([
        `judge ${name}`,
        await measureCommand(['judge', name, '--data', 'tasks.jsonl'], cwd),
      ]);
    } else {
      writeVerdicts(join(cwd, name));
    }
  }
  steps.push(
    ['merge', await measureCommand(['merge', ...names, '--out', 'run'], cwd)],
    ['report', await measureCommand(['report', 'run'], cwd)],
    ['report --format json', await measureCommand(['report', 'run', '--json'], cwd)],
    ['compare', await measureCommand(['compare', 'run'], cwd)],
  );
  print(steps);
} finally {
  if (values.keep) {
    process.stdout.write(`kept: ${cwd}\n`);
  } else {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function generating(shard: string, out: string): string[] {
  const cells = Array.from({ length: size.cells }, (_, index) => `scripted:cell-${index}.jsonl`);
  return [
    'humaneval',
    ...`--model ${cells.join(',')} --data tasks.jsonl --prompt raw`.split(' '),
    ...`--decode sample --samples ${size.samples} --parallel 1`.split(' '),
    ...`--no-latency --no-perplexity --only generate --shard ${shard} --out ${out}`.split(' '),
  ];
}

function print(steps: readonly (readonly [string, Measured])[]): void {
  const { tasks, samples, cells } = size;
  const records = readdirSync(join(cwd, 'run')).filter((name) => name.endsWith('.jsonl'));
  const bytes = records.map((name) => statSync(join(cwd, 'run', name)).size);
  process.stdout.write(
    `${tasks} tasks x ${samples} samples x ${cells} cells: ${tasks * samples * cells} completions in ${shards} shards\n`,
  );
  process.stdout.write(
    table([
      ['step', 'seconds', 'CPU seconds', 'peak memory'],
      ...steps.map(([name, { seconds, cpuSeconds, peakBytes }]) => [
        name,
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        prettyBytes(peakBytes, { binary: true }),
      ]),
    ]),
  );
  process.stdout.write(
    table([
      ['records of the merged run', 'bytes'],
      ...records.map((name, index) => [name, prettyBytes(bytes[index] ?? 0)]),
    ]),
  );
}
