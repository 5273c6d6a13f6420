import type { DraftCosts } from '../../../records/draft-costs.ts';
import type { DraftInfo } from '../../capabilities.ts';
import type { GenerationRequest } from '../../generation.ts';
import { type Item, type LlamaResult, type LlamaTimed, resultOf } from './result.ts';
import { beginningOf } from '../../stop.ts';
import { CompletionText } from '../../text/completion-text.ts';
import type { DraftModelOptions } from '../drafts/draft-model.ts';
import { checkFits } from '../../check-fits.ts';
import { isDrafting } from '../../drafting.ts';
import { Drafts, type DraftingOptions } from '../drafts/drafts.ts';
import { type GenerationJob, type Generator, type JobTotals, renderItems } from './generate.ts';
import { SoloContext } from './solo-context.ts';
import { completeWithDrafts, type Drafting, completePlainly } from './solo-completion.ts';
import { releaseSamplers } from './release-samplers.ts';

/** Generates completions alone, one after the other: those with drafts, and those that are timed. */
export class SoloRunner {
  readonly #generator: Generator;
  readonly #drafts: Drafts;
  #context: SoloContext | undefined;

  constructor(generator: Generator) {
    this.#generator = generator;
    this.#drafts = new Drafts(generator);
  }

  /** Throws as `DraftModel.load` does; then a draft model loaded before is gone too. */
  loadDraft(options: Omit<DraftModelOptions, 'target'>): Promise<DraftInfo> {
    return this.#drafts.load(options);
  }

  /** Throws a usage error, before the first completion, if one does not fit. */
  async generate(
    job: Omit<GenerationJob, 'onPass'> & DraftingOptions,
  ): Promise<JobTotals & { readonly draftCosts: DraftCosts | undefined }> {
    const items = renderItems(this.#generator, job);
    const { sequence } = await this.#contextOf(job.contextSize);
    let newTokens = 0;
    let draftCosts: DraftCosts | undefined;
    let wallMs = 0;
    for (const item of items) {
      const drafting = await this.#prepare(item.request, job);
      draftCosts = drafting?.costs;
      const start = performance.now();
      let own = 0;
      const onToken = (): void => {
        newTokens += 1;
        own += 1;
        job.onNewTokens(newTokens, [own]);
      };
      job.onResult(await this.#complete(item, { sequence, drafting, onToken }));
      wallMs += performance.now() - start;
    }
    const promptTokens = items.reduce((sum, { prompt }) => sum + prompt.tokens.length, 0);
    return { wallMs, promptTokens, newTokens, draftCosts };
  }

  /** Generates one completion in any mode and times it. */
  async time(
    request: GenerationRequest,
    options: DraftingOptions & { readonly onToken: () => void },
  ): Promise<LlamaTimed> {
    // A server would have these standing before a request comes.
    const { sequence } = await this.#contextOf(options.contextSize);
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
    const result = await this.#complete(item, { sequence, drafting, onToken });
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
    await this.#context?.[Symbol.asyncDispose]();
    this.#context = undefined;
  }

  #render(request: GenerationRequest, contextSize: number): Item {
    const item = { request, prompt: this.#generator.renderer.render(request.prompt) };
    checkFits(request, item.prompt.tokens.length, contextSize);
    return item;
  }

  async #contextOf(contextSize: number): Promise<SoloContext> {
    if (this.#context?.contextSize !== contextSize) {
      await this.release();
      this.#context = await SoloContext.create(this.#generator, contextSize);
    }
    return this.#context;
  }

  async #prepare(
    { decode }: GenerationRequest,
    options: DraftingOptions,
  ): Promise<Drafting | undefined> {
    return isDrafting(decode) ? this.#drafts.prepare(decode, options) : undefined;
  }

  async #complete(
    item: Item,
    {
      sequence,
      drafting,
      onToken,
    }: {
      readonly sequence: SoloContext['sequence'];
      readonly drafting: Drafting | undefined;
      readonly onToken: () => void;
    },
  ): Promise<LlamaResult> {
    const { request, prompt } = item;
    const beginning = beginningOf(request.stop, prompt.end);
    const completion = new CompletionText(this.#generator.detokenizer, request, beginning);
    const job = { sequence, request, prompt: prompt.tokens, completion, onToken };
    const { stopReason, ...ended } =
      drafting === undefined
        ? { stopReason: await completePlainly(job) }
        : await completeWithDrafts(job, drafting);
    releaseSamplers();
    return { ...resultOf(item, completion, stopReason), ...ended };
  }
}
