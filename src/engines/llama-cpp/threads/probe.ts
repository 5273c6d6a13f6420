import { cpus } from 'node:os';
import type { LlamaModel } from 'node-llama-cpp';
import { counted } from '../../../records/counted.ts';
import { isCrowd } from './governor.ts';
import type { OthersMeter } from './others-meter.ts';

/** A lower count must be this much faster: single runs on a shared machine differ by up to 15 %. */
const CLEARLY_FASTER = 1.2;
/** Two counts, two turns each: about a second. */
const TURNS = 2;
const TURN_MS = 250;

export interface ThreadChoice {
  /** Threads to begin with. */
  readonly threads: number;
  /** Threads to compute with on a quiet machine. */
  readonly home: number;
  readonly chosenBy: string;
}

export interface ProbeOptions {
  readonly byRule: number;
  readonly others: OthersMeter;
  readonly onProgress: () => void;
}

/**
 * Compares the rule's thread count with one thread fewer, since one thread too many can cost nearly
 * all speed: threads that wait for a core which something else occupies spin. One thread fewer is
 * taken only if that is faster in each of two turns; for good only if nothing else that the system
 * shows explains it.
 */
export async function chooseThreads(
  model: LlamaModel,
  { byRule, others: othersCores, onProgress }: ProbeOptions,
): Promise<ThreadChoice> {
  if (byRule === 1) {
    return { threads: 1, home: 1, chosenBy: 'rule' };
  }
  await using more = await Runner.create(model, byRule, onProgress);
  await using fewer = await Runner.create(model, byRule - 1, onProgress);
  othersCores();
  const speeds = await compare(more, fewer);
  const isCrowded = isCrowd(othersCores(), { home: byRule, cores: cpus().length });
  const takeFewer = isClearlySlower(speeds);
  const threads = takeFewer ? byRule - 1 : byRule;
  const other = takeFewer ? byRule : byRule - 1;
  const [own, others] = takeFewer ? [speeds.fewer, speeds.more] : [speeds.more, speeds.fewer];
  const figures = `${others.toFixed(1)} against ${own.toFixed(1)} tok/s`;
  const relation = takeFewer ? 'slower' : 'not clearly faster';
  return {
    threads,
    home: takeFewer && !isCrowded ? threads : byRule,
    chosenBy: `${takeFewer ? 'probe' : 'rule'}; ${counted(other, 'thread was', 'threads were')} ${relation} (${figures})`,
  };
}

/** Tokens a second with the rule's count and with one thread fewer. */
interface Speeds {
  readonly more: number;
  readonly fewer: number;
}

async function compare(more: Runner, fewer: Runner): Promise<Speeds> {
  const speeds = { more: 0, fewer: 0 };
  for (let turn = 0; turn < TURNS; turn += 1) {
    // The best turn counts: what else the machine does can only slow one down.
    speeds.more = Math.max(speeds.more, await more.tokensPerSecond());
    speeds.fewer = Math.max(speeds.fewer, await fewer.tokensPerSecond());
  }
  return speeds;
}

function isClearlySlower({ more, fewer }: Speeds): boolean {
  return fewer >= CLEARLY_FASTER * more;
}

/** Generates with a context of its own, whose thread count is fixed when it is made. */
class Runner implements AsyncDisposable {
  readonly #tokens: AsyncGenerator<number>;
  readonly #dispose: () => Promise<void>;
  readonly #onProgress: () => void;

  private constructor(
    tokens: AsyncGenerator<number>,
    dispose: () => Promise<void>,
    onProgress: () => void,
  ) {
    this.#tokens = tokens;
    this.#dispose = dispose;
    this.#onProgress = onProgress;
  }

  static async create(model: LlamaModel, threads: number, onProgress: () => void): Promise<Runner> {
    const context = await model.createContext({ contextSize: 512, batchSize: 32, threads });
    const start = model.tokenize('def');
    const tokens = context.getSequence().evaluate(start, { temperature: 0, yieldEogToken: true });
    const runner = new Runner(tokens, () => context.dispose(), onProgress);
    // The first token reads the weights from the disk.
    await runner.#next();
    return runner;
  }

  async tokensPerSecond(): Promise<number> {
    const start = performance.now();
    let tokens = 0;
    let elapsedMs = 0;
    while (elapsedMs < TURN_MS) {
      await this.#next();
      tokens += 1;
      elapsedMs = performance.now() - start;
    }
    return (tokens * 1000) / elapsedMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tokens.return(undefined);
    await this.#dispose();
  }

  async #next(): Promise<void> {
    await this.#tokens.next();
    this.#onProgress();
  }
}
