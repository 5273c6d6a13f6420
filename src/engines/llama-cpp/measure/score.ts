import type {
  ControlledEvaluateInputItem,
  ControlledEvaluateIndexOutput,
  LlamaContextSequence,
  Token,
} from 'node-llama-cpp';
import type { ScoreWindow, WindowScores } from '../../scoring.ts';
import { createBatchContext } from '../decode/batch-context.ts';
import type { ContextSource } from '../decode/context.ts';

export interface ScoreJob {
  readonly windows: readonly ScoreWindow[];
  /** As `ScoreOptions.top`. */
  readonly top: number;
  readonly onResult: (scores: WindowScores) => void;
  /** Called with each token that was looked at, with all that are scored so far. */
  readonly onToken: (scored: number) => void;
}

type GenerateNext = NonNullable<Exclude<ControlledEvaluateInputItem, Token>[1]['generateNext']>;

/** Scores windows one after the other, each from an empty cache: no window's floats depend on others. */
export async function score(
  source: ContextSource,
  job: ScoreJob,
): Promise<{ readonly wallMs: number; readonly tokens: number }> {
  const { windows } = job;
  if (windows.length === 0) {
    return { wallMs: 0, tokens: 0 };
  }
  let scored = 0;
  await using context = await createBatchContext(source, {
    sequences: 1,
    contextSize: Math.max(...windows.map(({ tokens }) => tokens.length)),
    onPass: () => job.onToken(scored),
  });
  const sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
  const start = performance.now();
  for (const window of windows) {
    const scores = await scoreWindow(sequence, window, {
      top: job.top,
      onToken: () => job.onToken(scored),
    });
    scored += scores.logProbs.length;
    job.onResult(scores);
  }
  return { wallMs: performance.now() - start, tokens: scored };
}

async function scoreWindow(
  sequence: LlamaContextSequence,
  window: ScoreWindow,
  options: { readonly top: number; readonly onToken: () => void },
): Promise<WindowScores> {
  const { onToken } = options;
  const scored = window.tokens.slice(window.scoreFrom);
  const follow =
    window.follow ??
    (options.top === 0
      ? undefined
      : (await evaluate(sequence, window, { ask: () => askTop(options.top), onToken })).map(
          ({ logits }) => [...(logits?.keys() ?? [])],
        ));
  const outputs = await evaluate(sequence, window, {
    ask: (index) => askFor([scored[index] ?? 0, ...(follow?.[index] ?? [])]),
    onToken,
  });
  const places = outputs.map(toLogProbs);
  return {
    id: window.id,
    logProbs: scored.map((token, index) => logProbOf(places[index], token)),
    likeliest: outputs.map(({ token }) => likeliestOf(token)),
    ...(follow === undefined
      ? {}
      : {
          distributions: {
            ids: follow,
            logProbs: follow.map((ids, index) => ids.map((id) => logProbOf(places[index], id))),
          },
        }),
  };
}

interface Pass {
  /** What is wanted before the scored token with this number, from 0. */
  readonly ask: (index: number) => GenerateNext;
  readonly onToken: () => void;
}

type Next = NonNullable<ControlledEvaluateIndexOutput['next']>;

/** Evaluates a window and gives what was asked at the place of each scored token. */
async function evaluate(
  sequence: LlamaContextSequence,
  { tokens, scoreFrom }: ScoreWindow,
  { ask, onToken }: Pass,
): Promise<Next[]> {
  await sequence.clearHistory();
  // Nothing comes after the last token, so the model need not see it.
  const input = tokens.slice(0, -1).map((id, index): ControlledEvaluateInputItem => {
    // The engine's ids are the plain numbers that its own tokenizer gave.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const token = id as Token;
    return index + 1 < scoreFrom ? token : [token, { generateNext: ask(index + 1 - scoreFrom) }];
  });
  const outputs = await sequence.controlledEvaluate(input, { onTokenResult: onToken });
  return tokens.slice(scoreFrom).map((_, index) => {
    const output = outputs[scoreFrom - 1 + index];
    if (output === undefined) {
      throw new Error('the engine left out a place that it was asked for');
    }
    return output.next;
  });
}

/**
 * Raw logits of some tokens and of the likeliest, and the sum of exp(logit - highest) over all
 * tokens. The package's `includeMax` is not used: it leaves the maximum out unless it is listed.
 */
function askFor(ids: readonly number[]): GenerateNext {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const tokens = [...new Set(ids)] as Token[];
  return {
    token: true,
    logits: { filter: { tokens, includeSelected: true } },
    totalLogitWeight: true,
    options: { temperature: 0 },
  };
}

/**
 * The likeliest tokens, by the sampler that keeps only those: ten times faster than having all
 * sorted. At temperature 1 the logits stay as they are.
 */
function askTop(count: number): GenerateNext {
  return { logits: true, options: { temperature: 1, topK: count, topP: 1, minP: 0, seed: 0 } };
}

/** log softmax of the logits that came: logit - highest - ln(sum of exp(logit - highest)). */
function toLogProbs({ logits, totalLogitWeight }: Next): ReadonlyMap<number, number> {
  const entries = [...(logits ?? [])];
  const highest = Math.max(...entries.map(([, logit]) => logit));
  const logWeight = Math.log(totalLogitWeight ?? Number.NaN);
  return new Map(entries.map(([token, logit]) => [token, logit - highest - logWeight]));
}

function logProbOf(place: ReadonlyMap<number, number> | undefined, token: number): number {
  const logProb = place?.get(token);
  if (logProb === undefined || Number.isNaN(logProb)) {
    throw new Error(`the model gave no probability for token ${token}`);
  }
  return logProb;
}

function likeliestOf(token: Token | null | undefined): number {
  if (token === null || token === undefined) {
    throw new Error('the model found no token likeliest');
  }
  return token;
}

/** Without it the beginning of a window would silently be dropped. */
function refuseShift(): never {
  throw new Error('a window outgrew its context, although the context was made for it');
}
