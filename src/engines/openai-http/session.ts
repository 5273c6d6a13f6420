import pMap from 'p-map';
import type {
  ScoringCapability,
  ThroughputCapability,
  ThroughputOptions,
  ThroughputResult,
  TimedResult,
  TimeOptions,
  TimingCapability,
  TokensCapability,
} from '../capabilities.ts';
import {
  EngineFailure,
  type EngineSession,
  type OpenOptions,
  type SessionInfo,
} from '../engine.ts';
import type { GenerateOptions, GenerationRequest, GenerationStats } from '../generation.ts';
import { type Answered, complete } from './complete.ts';
import type { Thinking } from './dialects/dialect.ts';
import { fitted } from './fitting.ts';
import type { Patience } from './patience.ts';
import { ReplicaServer } from './replica.ts';
import { askOf, newTokensOf, resultOf } from './requests.ts';
import { scoringOf } from './scorer.ts';
import { replicaOf } from './sticky.ts';
import type { Served } from './served.ts';
import { httpSettingsSchema } from './settings.ts';
import { Tally } from './tally.ts';
import { Tokenizer } from './tokenizer.ts';
import { timedOf } from './timed.ts';
import { ServerTrouble } from './trouble.ts';
import { whole } from './whole.ts';

interface SessionOptions extends OpenOptions {
  readonly onNote: (text: string) => void;
  readonly patience: Patience;
}

/** Begins to use a model: makes sure that its servers are still what they were when the plan was made. */
export async function openHttpSession(
  served: Served,
  options: SessionOptions,
): Promise<EngineSession> {
  const start = performance.now();
  const { identified, probed, connections } = served;
  const { patience, onNote, signal } = options;
  const { servedBy } = probed;
  const replicas = connections.map(
    (connection) =>
      new ReplicaServer({ connection, identified, servedBy, patience, onNote, signal }),
  );
  await failing(signal, () => Promise.all(replicas.map((replica) => replica.verify())));
  return new HttpSession(served, replicas, { ...options, loadMs: performance.now() - start });
}

class HttpSession implements EngineSession {
  readonly info: SessionInfo;
  readonly tokens?: TokensCapability;
  readonly timing?: TimingCapability;
  readonly throughput?: ThroughputCapability;
  readonly scoring?: ScoringCapability;
  readonly #served: Served;
  readonly #replicas: readonly ReplicaServer[];
  readonly #tokenizer: Tokenizer | undefined;
  readonly #parallel: number;
  readonly #thinking: Thinking;
  readonly #onNote: (text: string) => void;

  constructor(
    served: Served,
    replicas: readonly ReplicaServer[],
    { parallel, settings, onNote, loadMs }: SessionOptions & { readonly loadMs: number },
  ) {
    const { identified, probed } = served;
    const { server } = identified;
    this.#served = served;
    this.#replicas = replicas;
    this.#parallel = parallel;
    this.#thinking = httpSettingsSchema.parse(settings).thinking;
    this.#onNote = onNote;
    this.info = {
      loadMs,
      hasChatTemplate: probed.abilities.chat,
      trainContextSize: server.trainContextSize,
    };
    const [first] = replicas;
    if (probed.abilities.tokenize && first !== undefined) {
      this.#tokenizer = new Tokenizer(first, identified, this.#thinking);
      this.tokens = this.#tokenizer.capability((signal, act) => failing(signal, act));
    }
    const { scoring } = identified.dialect;
    if (
      this.tokens !== undefined &&
      probed.abilities.scores &&
      scoring !== undefined &&
      first !== undefined
    ) {
      const scorer = scoringOf(first, identified, scoring);
      this.scoring = { score: (options) => failing(options.signal, () => scorer.score(options)) };
    }
    if (probed.abilities.usage) {
      this.throughput = { run: (options) => failing(options.signal, () => this.#load(options)) };
    }
    if (probed.abilities.usage && probed.abilities.streams) {
      this.timing = { time: (options) => failing(options.signal, () => this.#time(options)) };
    }
  }

  async #load({
    prompts,
    newTokens,
    parallel,
    signal,
  }: ThroughputOptions): Promise<ThroughputResult> {
    const requests = prompts.map(
      (prompt, index): GenerationRequest => ({
        id: String(index),
        prompt,
        maxTokens: newTokens,
        stop: { kind: 'sequences', sequences: [] },
        decode: { mode: 'greedy' },
        seed: 0,
      }),
    );
    const start = performance.now();
    const answers = await pMap(
      requests,
      (request) =>
        this.#complete(replicaOf(request.id, this.#replicas), request, {
          contextSize: undefined,
          isFresh: true,
          signal,
        }),
      { concurrency: parallel * this.#replicas.length, signal },
    );
    const wallMs = performance.now() - start;
    await Promise.all(this.#replicas.map((replica) => replica.verify()));
    const total = (field: 'promptTokens' | 'newTokens'): number =>
      answers.reduce((sum, { usage }) => sum + (usage?.[field] ?? Number.NaN), 0);
    const [promptTokens, made] = [total('promptTokens'), total('newTokens')];
    if (Number.isNaN(promptTokens + made)) {
      throw new ServerTrouble('refused', 'the server did not count the tokens of an answer');
    }
    return { wallMs, requests: answers.length, promptTokens, newTokens: made };
  }

  generate(options: GenerateOptions): Promise<GenerationStats> {
    return failing(options.signal, () => this.#generate(options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The connections are the engine's: the next session uses them on.
  }

  async #generate({
    requests,
    contextSize,
    onResult,
    onNewTokens,
    signal,
  }: GenerateOptions): Promise<GenerationStats> {
    const start = performance.now();
    const tally = new Tally(onNewTokens);
    const end = new AbortController();
    const until = AbortSignal.any([signal, end.signal]);
    const ask = async (replica: ReplicaServer, request: GenerationRequest): Promise<void> => {
      const onTokens = tally.begin(request.id);
      const answered = await this.#complete(replica, request, {
        contextSize,
        onTokens,
        signal: until,
      });
      // What was made by another model than the plan's is not kept.
      await replica.verify();
      until.throwIfAborted();
      const { dialect } = this.#served.identified;
      const result = resultOf(request, answered, dialect);
      const promptTokens = result.promptTokens ?? this.#tokenizer?.known(request.prompt);
      tally.end(request.id, { promptTokens, newTokens: newTokensOf(answered, dialect) });
      onResult({ ...result, promptTokens });
    };
    const queues = Map.groupBy(requests, ({ id }) => replicaOf(id, this.#replicas));
    try {
      await Promise.all(
        [...queues].map(([replica, own]) =>
          pMap(own, (request) => ask(replica, request), {
            concurrency: this.#parallel,
            signal: until,
          }),
        ),
      );
    } finally {
      end.abort();
    }
    return {
      wallMs: performance.now() - start,
      ...tally.totals(this.#served.probed.abilities.tokenize),
    };
  }

  async #time({ request, contextSize, signal }: TimeOptions): Promise<TimedResult> {
    const replica = replicaOf(request.id, this.#replicas);
    const answered = await this.#complete(replica, request, { contextSize, isFresh: true, signal });
    await replica.verify();
    const cached = answered.usage?.cachedTokens ?? 0;
    if (cached > 0) {
      this.#onNote(
        `the server took ${cached} of ${answered.usage?.promptTokens ?? '?'} prompt tokens of ${request.id} from its cache: its TTFT is shorter than a new prompt's`,
      );
    }
    const { dialect } = this.#served.identified;
    return timedOf(resultOf(request, answered, dialect), answered, {
      dialect,
      url: replica.connection.url,
    });
  }

  #complete(
    replica: ReplicaServer,
    request: GenerationRequest,
    how: {
      readonly contextSize: number | undefined;
      /** Nothing computed before is used, and the stream is read to its end. */
      readonly isFresh?: boolean;
      readonly onTokens?: (count: number) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<Answered> {
    const { identified, probed } = this.#served;
    const { dialect, server } = identified;
    const { isFresh = false, contextSize = server.contextSize, onTokens, signal } = how;
    const ask = askOf(request, {
      model: server.model.id,
      thinking: this.#thinking,
      contextSize,
      isFresh,
    });
    return replica.ask(async () => {
      const question = fitted(dialect.question(ask), probed.fitting);
      const limits = { dialect, maxTokens: request.maxTokens, rule: request.stop, signal };
      const streamed = await complete(replica.connection, {
        ...limits,
        question,
        readsOn: isFresh,
        onTokens,
      });
      replica.checkAnswer(streamed.servedBy);
      return whole(replica.connection, streamed, { ...limits, question });
    });
  }
}

/** Does something with servers: their trouble is a failure of the engine. */
async function failing<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ServerTrouble ? new EngineFailure('failed', error.message, []) : error;
  }
}
