import type { StopRule } from '../../records/plan.ts';
import { findStop } from '../stop.ts';
import { type Answered, complete, type CompleteOptions } from './complete.ts';
import type { Connection } from './connection.ts';
import type { Mending } from './dialects/dialect.ts';
import { wholeJson } from './event-stream.ts';

type Options = CompleteOptions & { readonly rule: StopRule };

/** The completion of a stream with what the stream has kept back. */
export async function whole(
  connection: Connection,
  streamed: Answered,
  options: Options,
): Promise<Answered> {
  const mending = options.dialect.mending?.(options.question);
  if (mending === undefined || streamed.finish === undefined) {
    return streamed;
  }
  const text = mending.lacksTokens(streamed)
    ? undefined
    : await textOf(connection, streamed, { mending, options });
  if (text !== undefined) {
    return { ...streamed, text, stop: streamed.stop ?? findStop(options.rule, text) };
  }
  const again = await complete(connection, { ...options, question: mending.inOnePiece });
  const { tokens, stop } = again;
  return { ...streamed, text: again.text, tokens, stop, shownTokens: streamed.tokens?.length };
}

/**
 * Text that could begin a stop sequence is held until it is clear whether it does, and at the cap for good: the
 * tokens say what it was. `undefined`: they do not.
 */
async function textOf(
  connection: Connection,
  { tokens, text, finish, stop }: Answered,
  { mending, options }: { readonly mending: Mending; readonly options: Options },
): Promise<string | undefined> {
  const isWhole = finish !== 'length' || stop !== undefined || !mending.holdsText;
  if (isWhole || tokens === undefined) {
    return text;
  }
  const { signal } = options;
  const post = async (path: string, body: unknown): Promise<unknown> =>
    wholeJson(connection.url, await connection.ask({ path, body, signal }));
  const found = await mending.detokenize({ post }, tokens);
  return found?.startsWith(text) === true
    ? // The last character's bytes may not all be there.
      text + found.slice(text.length).replace(/\u{fffd}+$/u, '')
    : undefined;
}
