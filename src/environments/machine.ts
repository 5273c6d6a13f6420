import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { execa } from 'execa';
import type { Asking } from './versions.ts';

/** What of this machine decides which builds and kernels it can run. */
export interface Machine {
  /** The instruction sets that kernels of few bits look for, as `AVX2`. */
  readonly instructions: readonly string[];
  /** NVIDIA's cards, as their driver calls them. */
  readonly cards: readonly string[];
}

/** By the words of the kernel. */
const INSTRUCTIONS: readonly (readonly [word: string, name: string])[] = [
  ['avx2', 'AVX2'],
  ['avx512f', 'AVX-512'],
  ['avx512_vnni', 'AVX-512 VNNI'],
  ['avx_vnni', 'AVX-VNNI'],
  ['avx512_bf16', 'AVX-512 BF16'],
  ['amx_int8', 'AMX int8'],
  ['amx_bf16', 'AMX BF16'],
  ['asimd', 'NEON'],
  ['asimddp', 'NEON dot product'],
  ['i8mm', 'NEON i8mm'],
  ['bf16', 'NEON BF16'],
];

/** How long the driver may take to list its cards. */
const CARDS_MS = 10_000;

/** Looks at the machine. */
export async function lookAtMachine(settings: Asking): Promise<Machine> {
  const [instructions, cards] = await Promise.all([findInstructions(), findCards(settings)]);
  return { instructions, cards };
}

async function findInstructions(): Promise<string[]> {
  if (platform() === 'darwin') {
    return ['NEON'];
  }
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const line = /^(?:flags|Features)\s*:(?<words>.*)$/m.exec(text)?.groups?.['words'] ?? '';
  const words = new Set(line.trim().split(/\s+/));
  return INSTRUCTIONS.filter(([word]) => words.has(word)).map(([, name]) => name);
}

async function findCards({ env, signal }: Asking): Promise<string[]> {
  const result = await execa('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    timeout: CARDS_MS,
  });
  signal?.throwIfAborted();
  return result.failed ? [] : result.stdout.split('\n').filter((line) => line.trim() !== '');
}
