import type { DraftCosts } from '../../../records/draft-costs.ts';
import type { DraftInfo } from '../../capabilities.ts';
import type { GenerationRequest } from '../../generation.ts';
import type { LlamaResult, LlamaTimed } from './result.ts';
import { Answer } from './completion.ts';
import type { DraftModelOptions } from '../drafts/draft-model.ts';
import { Drafts, type DraftingOptions, isDrafting } from '../drafts/drafts.ts';
import { checkFits, type GenerationJob, type Generator, type JobTotals } from './generate.ts';
import type { RenderedPrompt } from './render.ts';
import { Room } from './room.ts';
import { draftedAnswer, type Drafting, plainAnswer } from './solo-completion.ts';
import { sweep } from './sweep.ts';

interface Item {
  readonly request: GenerationRequest;
  readonly prompt: RenderedPrompt;
}

/** Generates answers alone, one after the other: those with drafts, and those that are timed. */
export class SoloRunner {
  readonly #generator: Generator;
  readonly #drafts: Drafts;
  #room: Room | undefined;

  constructor(generator: Generator) {
    this.#generator = generator;
    this.#drafts = new Drafts(generator);
  }

  /** Throws as `DraftModel.load` does; a draft model that was there before is gone then too. */
  loadDraft(options: Omit<DraftModelOptions, 'target'>): Promise<DraftInfo> {
    return this.#drafts.load(options);
  }

  /** Throws a usage error, before the first answer, if one does not fit. */
  async generate(
    job: Omit<GenerationJob, 'onPass'> & DraftingOptions,
  ): Promise<JobTotals & { readonly draftCosts: DraftCosts | undefined }> {
    const items = job.requests.map((request) => this.#render(request, job.contextSize));
    const { sequence } = await this.#roomOf(job.contextSize);
    let newTokens = 0;
    let draftCosts: DraftCosts | undefined;
    let wallMs = 0;
    for (const item of items) {
      const drafting = await this.#prepare(item.request, job);
      draftCosts = drafting?.costs;
      const start = performance.now();
      const onToken = (): void => {
        newTokens += 1;
        job.onNewTokens(newTokens);
      };
      job.onResult(await this.#answer(item, { sequence, drafting, onToken }));
      wallMs += performance.now() - start;
    }
    const promptTokens = items.reduce((sum, { prompt }) => sum + prompt.tokens.length, 0);
    return { wallMs, promptTokens, newTokens, draftCosts };
  }

  /** Generates one answer in any mode and times it. */
  async time(
    request: GenerationRequest,
    options: DraftingOptions & { readonly onToken: () => void },
  ): Promise<LlamaTimed> {
    // A server would have these standing before a request comes.
    const { sequence } = await this.#roomOf(options.contextSize);
    const drafting = await this.#prepare(request, options);
    let firstAt: number | undefined;
    let lastAt: number | undefined;
    const onToken = (): void => {
      lastAt = performance.now();
      firstAt ??= lastAt;
      options.onToken();
    };
    const start = performance.now();
    const item = this.#render(request, options.contextSize);
    const result = await this.#answer(item, { sequence, drafting, onToken });
    const end = performance.now();
    return {
      ...result,
      newTokens: result.tokens.length,
      ttftMs: (firstAt ?? end) - start,
      decodeMs: (lastAt ?? end) - (firstAt ?? end),
      draftCosts: drafting?.costs,
    };
  }

  /** Gives back the memory of all contexts. */
  async release(): Promise<void> {
    await this.#drafts.release();
    await this.#room?.[Symbol.asyncDispose]();
    this.#room = undefined;
  }

  #render(request: GenerationRequest, contextSize: number): Item {
    const item = { request, prompt: this.#generator.renderer.render(request.prompt) };
    checkFits(item, contextSize);
    return item;
  }

  async #roomOf(contextSize: number): Promise<Room> {
    if (this.#room?.contextSize !== contextSize) {
      await this.release();
      this.#room = await Room.create(this.#generator, contextSize);
    }
    return this.#room;
  }

  async #prepare(
    { decode }: GenerationRequest,
    options: DraftingOptions,
  ): Promise<Drafting | undefined> {
    return isDrafting(decode) ? this.#drafts.prepare(decode, options) : undefined;
  }

  async #answer(
    { request, prompt }: Item,
    {
      sequence,
      drafting,
      onToken,
    }: {
      readonly sequence: Room['sequence'];
      readonly drafting: Drafting | undefined;
      readonly onToken: () => void;
    },
  ): Promise<LlamaResult> {
    const answer = new Answer(this.#generator.detokenizer, request);
    const job = { sequence, request, prompt: prompt.tokens, answer, onToken };
    const ended =
      drafting === undefined
        ? { stopReason: await plainAnswer(job) }
        : await draftedAnswer(job, drafting);
    sweep();
    return {
      id: request.id,
      text: answer.text,
      renderedSha256: prompt.sha256,
      promptTokens: prompt.tokens.length,
      tokens: answer.tokens,
      ...ended,
    };
  }
}
