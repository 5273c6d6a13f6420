import type { TokensCapability } from '../../engines/capabilities.ts';
import type { TokenizedText } from '../../engines/scoring.ts';
import type { PerplexityPlan } from '../../records/perplexity.ts';
import type { Prompt } from '../../records/prompt.ts';
import { withBeginning } from '../../suites/prompt.ts';

/** A text whose scores are stored apart. */
export interface GivenText extends TokenizedText {
  /** How many of its first tokens are only read; absent: none. */
  readonly given?: number;
}

/** Texts as the model sees them. llama.cpp's method takes all rows as one text. */
export async function textsOf(
  { method }: PerplexityPlan,
  {
    rows,
    before,
  }: { readonly rows: readonly string[]; readonly before?: readonly Prompt[] | undefined },
  tokens: TokensCapability,
): Promise<readonly GivenText[]> {
  if (before !== undefined) {
    return continuing(before, rows, tokens);
  }
  return tokens.tokenize(method.kind === 'rows' ? rows : [rows.join('\n')]);
}

/** Rows behind their prompts, rendered as generation does it. Of each, what the prompt alone has is given. */
async function continuing(
  prompts: readonly Prompt[],
  rows: readonly string[],
  tokens: TokensCapability,
): Promise<GivenText[]> {
  const [any] = await tokens.tokenize(rows.slice(0, 1));
  const alone = await tokens.encode(prompts);
  const whole = await tokens.encode(
    prompts.map((prompt, index) => withBeginning(prompt, rows[index] ?? '')),
  );
  return whole.map((ids, index) => {
    const given = Math.max(1, alone[index]?.length ?? 0);
    const size = Buffer.byteLength(rows[index] ?? '');
    // Which token stands for how much of a row is not told, and only their sum is asked for.
    const bytes = ids.map((_, place) => (place === given ? size : 0));
    return { tokens: ids, bytes, bos: any?.bos, given };
  });
}
