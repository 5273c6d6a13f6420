import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { StopReason } from '../../../records/completion.ts';
import type { DraftCosts } from '../../../records/draft-costs.ts';
import type { DraftCounts } from '../../../records/draft-counts.ts';
import type { GenerationRequest } from '../../generation.ts';
import type { CompletionText } from '../../text/completion-text.ts';
import { canPay, DraftPlanner } from '../drafts/draft-planner.ts';
import type { Drafter } from '../drafts/drafter.ts';
import { addAll, commonPrefix } from './choices.ts';
import { greedyPass, truncate } from './greedy-pass.ts';
import { nextTokens } from './sampling.ts';

/** One completion to be generated alone, in a sequence of its own. */
export interface SoloJob {
  readonly sequence: LlamaContextSequence;
  readonly request: GenerationRequest;
  readonly prompt: readonly Token[];
  /** Takes the tokens. */
  readonly completion: CompletionText;
  /** Called with each token of the completion as soon as it is certain. */
  readonly onToken: () => void;
}

/** What drafts, and what it costs. */
export interface Drafting {
  readonly drafter: Drafter;
  readonly costs: DraftCosts;
  readonly maxDraft: number;
}

/** Generates a completion token by token. */
export async function completePlainly(job: SoloJob): Promise<StopReason> {
  const { sequence, request, prompt, completion } = job;
  await sequence.clearHistory();
  const tokens = nextTokens({ sequence, request, unread: prompt });
  try {
    for (;;) {
      const next = await tokens.next();
      if (next.done === true) {
        completion.end();
        return 'end-token';
      }
      job.onToken();
      const stopReason = completion.add(next.value);
      if (stopReason !== undefined) {
        return stopReason;
      }
    }
  } finally {
    await tokens.return(undefined);
  }
}

/**
 * Generates a greedy completion with drafts: what the drafter guesses is checked in one pass, and the
 * tokens up to the first wrong guess, with the model's own choice in its place, join the completion
 * (Leviathan et al. 2023, arXiv 2211.17192, at temperature 0).
 */
export async function completeWithDrafts(
  job: SoloJob,
  { drafter, costs, maxDraft }: Drafting,
): Promise<{ readonly stopReason: StopReason; readonly draft: DraftCounts }> {
  const { sequence, request, prompt } = job;
  const growing = { ...job, model: sequence.model };
  const drafts = canPay(costs, maxDraft);
  await sequence.clearHistory();
  const history = [...prompt];
  const draft = { drafted: 0, accepted: 0, passes: 1 };
  let chosen = await greedyPass(sequence, prompt, { rows: 1 });
  if (drafts) {
    await drafter.begin(prompt);
  }
  const planner = new DraftPlanner(costs, { maxDraft, priors: drafter.priors });
  for (;;) {
    const stopReason = addAll(growing, chosen);
    if (stopReason !== undefined) {
      return { stopReason, draft };
    }
    history.push(...chosen);
    const round = planner.start({
      room: drafts ? request.maxTokens - job.completion.tokens.length - 1 : 0,
      behind: drafts ? drafter.behind(history) : 0,
    });
    const guesses = round.room > 0 ? await drafter.draft(history, planner, round) : [];
    const checked = guesses.slice(0, planner.worthChecking(round));
    const before = sequence.nextTokenIndex;
    const rows = checked.length + 1;
    const next = await greedyPass(sequence, [...history.slice(-1), ...checked], { rows });
    const accepted = commonPrefix(checked, next);
    await truncate(sequence, before + 1 + accepted);
    planner.finish(round, checked.length, accepted);
    draft.drafted += checked.length;
    draft.accepted += accepted;
    draft.passes += 1;
    chosen = next.slice(0, accepted + 1);
  }
}
