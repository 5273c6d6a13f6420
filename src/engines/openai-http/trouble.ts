import { shortened } from '../../records/visible-text.ts';

/**
 * Why a request brought no usable answer.
 *
 * - `busy`: the server says that another time may do.
 * - `broken`: the connection or the answer broke; the same request may work.
 * - `refused`: the server will say the same each time.
 * - `unreachable`: nothing answers at the address.
 * - `changed`: it is no longer the server that it was.
 */
export type TroubleKind = 'busy' | 'broken' | 'refused' | 'unreachable' | 'changed';

/** A server's failure: never a completion. Its words hold no secret. */
export class ServerTrouble extends Error {
  readonly kind: TroubleKind;
  readonly status: number | undefined;
  /** Of an answer that is an error: its beginning. */
  readonly body: string;
  /** What `Retry-After` asks for. */
  readonly waitMs: number | undefined;
  /** The connection was closed from the other side. */
  readonly isReset: boolean;

  constructor(
    kind: TroubleKind,
    message: string,
    more: {
      readonly status?: number;
      readonly body?: string;
      readonly waitMs?: number | undefined;
      readonly isReset?: boolean;
    } = {},
  ) {
    super(message);
    this.name = 'ServerTrouble';
    this.kind = kind;
    this.status = more.status;
    this.body = more.body ?? '';
    this.waitMs = more.waitMs;
    this.isReset = more.isReset ?? false;
  }
}

/** Characters of a server's own words that a message shows. */
const SHOWN = 300;

/** What an error's body says, in one line: the message of its JSON, or of a page its text. */
export function bodyWords(body: string): string {
  const text =
    messageOf(body) ??
    body.replace(/<(?:style|script)\b.*?<\/(?:style|script)>/gis, ' ').replace(/<[^>]*>/g, ' ');
  return shortened(text.replace(/\s+/g, ' ').trim(), SHOWN);
}

function messageOf(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return textIn(parsed);
  } catch {
    // A page, or text.
    return undefined;
  }
}

export function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  for (const name of ['error', 'message', 'detail', 'msg']) {
    const found: unknown = Reflect.get(value, name);
    if (found !== undefined && found !== null) {
      return textIn(found) ?? JSON.stringify(found);
    }
  }
  return undefined;
}
