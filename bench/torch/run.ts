/*
 * Every variant of the torch engine on one folder of weights, beside llama.cpp on files of the same:
 * seconds to load, highest memory, prefill and decoding speed, and what the audit saw. A row is kept as
 * it is done, so that several short slots of a quiet machine make one table:
 *
 *     npm run bench:torch -- FOLDER --gguf f16.gguf,q8_0.gguf --calibration texts.jsonl --keep rows.jsonl
 */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { TORCH_VARIANTS } from '../../src/engines/torch/variants.ts';
import { measureGguf, measureVariant, type Row } from './measure.ts';
import { rowCells, HEAD } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gguf: { type: 'string', default: '' },
    variants: { type: 'string' },
    calibration: { type: 'string' },
    keep: { type: 'string', default: 'rows.jsonl' },
    tokens: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string' },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  throw new Error('name the folder of safetensors');
}
const lengths = {
  tokens: Number(values.tokens),
  rounds: Number(values.rounds),
  threads: values.threads === undefined ? undefined : Number(values.threads),
};
const done: Row[] = existsSync(values.keep)
  ? readFileSync(values.keep, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  : [];
const wanted = values.variants?.split(',') ?? TORCH_VARIANTS.map(({ name }) => name);
const files = values.gguf.split(',').filter((path) => path !== '');

for (const path of files) {
  await keep(`llama.cpp ${path.split('/').at(-1)}`, () => measureGguf(resolve(path), lengths));
}
for (const name of wanted) {
  await keep(`torch ${name}`, () =>
    measureVariant(name, { folder: resolve(folder), calibration: values.calibration, ...lengths }),
  );
}
process.stdout.write(`${markdownTable([HEAD, ...done.map(rowCells)])}\n`);

async function keep(name: string, measure: () => Promise<Omit<Row, 'name'>>): Promise<void> {
  if (done.some((row) => row.name === name)) {
    return;
  }
  process.stderr.write(`${name}\n`);
  const row: Row = { name, ...(await measure()) };
  done.push(row);
  appendFileSync(values.keep, `${JSON.stringify(row)}\n`);
}
