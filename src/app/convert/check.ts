import { readAvailableMemory } from '../../engines/available-memory.ts';
import type { EngineSession } from '../../engines/engine.ts';
import { DEFAULT_ENGINE, engineNamed } from '../../engines/index.ts';
import type { TokenizedText } from '../../engines/scoring.ts';
import type { Candidate } from '../../models/convert/converter.ts';
import { referenceScores } from '../../models/convert/reference.ts';
import { readGguf } from '../../models/gguf/gguf.ts';
import { environmentError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { Host } from '../host.ts';

/**
 * How far log-probabilities may lie from transformers' on average, in nats. llama.cpp rounds what is
 * multiplied to the weights' type: of random models, which exaggerate that, f16 was off by up to 0.005
 * and bf16 by up to 0.03. A bias left out or a head in another order is off by more than 0.5.
 */
const ALLOWED: Readonly<Record<string, number>> = { f32: 0.02, f16: 0.02, bf16: 0.1 };

/** What computes the reference. */
export interface CheckTools {
  /** The Python that has torch; `undefined`: there is none. */
  readonly torchPython: string | undefined;
  readonly threads: number | undefined;
  readonly host: Pick<Host, 'env' | 'cwd' | 'signal'>;
}

/**
 * Checks a converted file: the engine loads it, texts have the tokens that the folder's own tokenizer
 * makes, log-probabilities are transformers'. Throws an environment error for a file that fails.
 */
export async function checkConversion(
  candidate: Candidate,
  tools: CheckTools,
): Promise<readonly string[]> {
  await using session = await open(candidate, tools);
  const tokenized = await session.tokens?.tokenize(candidate.texts);
  const tokens = compareTokens(candidate, tokenized ?? []);
  const scores = await compareScores(candidate, { session, tokenized: tokenized ?? [] }, tools);
  return [`loaded by ${DEFAULT_ENGINE}`, tokens, scores];
}

async function open(candidate: Candidate, { threads, host }: CheckTools): Promise<EngineSession> {
  const definition = await engineNamed(DEFAULT_ENGINE);
  const [choice] = definition.settings('scores', {});
  if (choice === undefined) {
    throw new Error('an engine without settings');
  }
  const { env, cwd, signal } = host;
  const options = { modelPath: candidate.file, threads, parallel: 1, signal };
  try {
    const engine = await definition.create({ env, cwd, options: {} });
    return await engine.open({ ...options, settings: choice.settings });
  } catch (error) {
    signal.throwIfAborted();
    throw wrong(candidate, `the engine does not load it: ${reasonOf(error)}`, error);
  }
}

function compareTokens(candidate: Candidate, tokenized: readonly TokenizedText[]): string {
  let count = 0;
  for (const [index, text] of candidate.texts.entries()) {
    const expected = candidate.tokens[index] ?? [];
    const found = withoutBos(tokenized[index]);
    const place = firstDifference(expected, found);
    if (place !== undefined) {
      throw wrong(
        candidate,
        `the text ${JSON.stringify(text.slice(0, 60))} has token ${found[place] ?? 'none'} at place ${place}, in the folder's tokenizer ${expected[place] ?? 'none'}`,
      );
    }
    count += expected.length;
  }
  return `tokens equal to the folder's tokenizer (${candidate.texts.length} texts, ${count} tokens)`;
}

function firstDifference(one: readonly number[], other: readonly number[]): number | undefined {
  const longest = Math.max(one.length, other.length);
  const place = Array.from({ length: longest }).findIndex((_, at) => one[at] !== other[at]);
  return place === -1 ? undefined : place;
}

function withoutBos(text: TokenizedText | undefined): readonly number[] {
  const { tokens = [], bos } = text ?? {};
  return bos !== undefined && tokens[0] === bos ? tokens.slice(1) : tokens;
}

async function compareScores(
  candidate: Candidate,
  loaded: { readonly session: EngineSession; readonly tokenized: readonly TokenizedText[] },
  { torchPython, host }: CheckTools,
): Promise<string> {
  const not = 'log-probabilities not compared with transformers';
  if (torchPython === undefined) {
    return `${not}: the Python environment torch is not installed`;
  }
  const { bytes, quantization } = await readGguf(candidate.file);
  // float32 takes twice the room of a file in 16 bits, and a little more to compute.
  const needed = bytes * 2.5;
  if (needed > ((await readAvailableMemory()) ?? Number.POSITIVE_INFINITY)) {
    return `${not}: in float32 it needs ${Math.ceil(needed / 1e9)} GB of memory`;
  }
  const windows = loaded.tokenized.map(({ tokens }) => tokens).filter(({ length }) => length > 1);
  const reference = await referenceScores({ folder: candidate.folder, windows }, torchPython, host);
  if (reference.kind === 'lacking') {
    return `${not}: ${reference.reason}`;
  }
  const differences: number[] = [];
  await loaded.session.scoring?.score({
    windows: windows.map((tokens, index) => ({ id: String(index), tokens, scoreFrom: 1 })),
    top: 0,
    signal: host.signal,
    onResult: ({ id, logProbs }) => {
      const expected: readonly number[] = reference.scores[Number(id)] ?? [];
      differences.push(...logProbs.map((value, at) => Math.abs(value - (expected[at] ?? NaN))));
    },
  });
  return judge(candidate, differences, ALLOWED[quantization] ?? 0);
}

function judge(candidate: Candidate, differences: readonly number[], allowed: number): string {
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const largest = Math.max(...differences);
  const text = `log-probabilities of ${differences.length} tokens within ${largest.toFixed(4)} of transformers' in float32, ${mean.toFixed(4)} on average`;
  // Not a number fails too.
  if (!(mean <= allowed)) {
    throw wrong(candidate, `${text}, more than the ${allowed} that rounding explains`);
  }
  return text;
}

function wrong({ item }: Candidate, what: string, cause?: unknown): Error {
  return environmentError(
    `${item}: the converted file is not used, since ${what}; report it with the model's name`,
    cause,
  );
}
