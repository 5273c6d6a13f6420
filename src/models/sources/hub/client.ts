import type { ProgressSink } from '../../../records/progress.ts';
import { proxyWords } from '../../../options/proxy.ts';
import { askPatiently, type PatienceOptions } from './patience.ts';
import { reasonOf } from '../../../records/system-error.ts';

/** What the hub says to one question. */
export type HubAnswer =
  | {
      readonly kind: 'answered';
      readonly body: AsyncIterable<Uint8Array>;
      /** Ends the transfer of a body that nobody wants. */
      readonly cancel: () => void;
      /** Where in the file the body begins: 0 where the server ignored the wish for a range. */
      readonly offset: number;
      /** Of the whole file, as `content-length` or `content-range` say. */
      readonly bytes: number | undefined;
      /** The storage host's name for this version of the file, where it vouches for every byte. */
      readonly etag: string | undefined;
      /** sha256 of a file in LFS, from `x-linked-etag`. */
      readonly sha256: string | undefined;
      /** The commit that the revision stands for, from `x-repo-commit`. */
      readonly commit: string | undefined;
    }
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly reason: string };

/** The rest of a file whose first bytes are present. */
export interface HubRange {
  readonly offset: number;
  /** Asks for the rest only if the file is still this version of it. */
  readonly etag: string | undefined;
}

/** The Hugging Face hub, or a mirror of it. */
export interface HubClient {
  /** Asks for a path below the endpoint. Throws only when aborted. */
  get(path: string, range?: HubRange): Promise<HubAnswer>;
}

export interface HubClientOptions {
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  /** Where errors find which proxy was asked; absent: none was. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes notice of waits. */
  readonly progress?: ProgressSink;
  /** How long an answer's headers may take; a reachable host needs well under a second. */
  readonly answerMs?: number;
  /** How long a body may bring nothing. */
  readonly stallMs?: number;
  /** How patient the client is with a host that is busy or broken. */
  readonly patience?: Partial<PatienceOptions>;
}

const ANSWER_MS = 5_000;
const STALL_MS = 30_000;
/** The Fetch standard's limit. */
const MOST_REDIRECTS = 20;

/**
 * A client that asks a dead host once: where its first question gets no answer, all others are
 * refused with the same reason. A host that has answered before is asked again. Redirects are
 * followed by hand, because a file's checksum and commit stand in the headers of the redirect to
 * the storage host, and because the token must not go there.
 */
export function createHubClient(options: HubClientOptions): HubClient {
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const hosts: Hosts = new Map();
  return { get: (path, range) => follow(`${endpoint}${path}`, { range, options, hosts }) };
}

/** By origin: whether the host has answered once, or why its first question had no answer. */
type Hosts = Map<string, 'alive' | Error>;

interface Question {
  readonly range: HubRange | undefined;
  readonly options: HubClientOptions;
  readonly hosts: Hosts;
}

async function follow(first: string, question: Question): Promise<HubAnswer> {
  const { options } = question;
  const headers = new Headers();
  let url = first;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const asked = await askHost(url, question);
    if (asked instanceof Error) {
      const via = proxyWords(url, options.env ?? {});
      return unanswered(`${new URL(url).origin}: ${reasonOf(asked)}${via}`);
    }
    const { response, controller, impatience } = asked;
    for (const [name, value] of response.headers) {
      if (!headers.has(name) || !name.startsWith('x-')) {
        headers.set(name, value);
      }
    }
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      return toAnswer({ response, controller, headers, options, impatience });
    }
    await response.body?.cancel();
    const next = URL.parse(location, url);
    if (next === null) {
      return unanswered(`${url} redirects to ${JSON.stringify(location)}, which is not an address`);
    }
    url = next.href;
  }
  return unanswered(`${first} redirects without an end`);
}

function unanswered(reason: string): HubAnswer {
  return { kind: 'refused', status: undefined, reason };
}

async function askHost(url: string, { range, options, hosts }: Question) {
  const { origin } = new URL(url);
  const known = hosts.get(origin);
  if (known instanceof Error) {
    return known;
  }
  const asked = await askPatiently(() => ask(url, range, options), options);
  if (!(asked instanceof Error)) {
    hosts.set(origin, 'alive');
  } else if (known === undefined) {
    hosts.set(origin, asked);
  }
  return asked;
}

interface Asked {
  readonly response: Response;
  readonly controller: AbortController;
}

async function ask(
  url: string,
  range: HubRange | undefined,
  options: HubClientOptions,
): Promise<Asked | Error> {
  const controller = new AbortController();
  const answerMs = options.answerMs ?? ANSWER_MS;
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${answerMs / 1000} s`)),
    answerMs,
  );
  try {
    const signal = AbortSignal.any([options.signal, controller.signal]);
    const headers = requestHeaders(url, range, options);
    return { response: await fetch(url, { headers, redirect: 'manual', signal }), controller };
  } catch (error) {
    options.signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}

function requestHeaders(
  url: string,
  range: HubRange | undefined,
  { endpoint, token }: HubClientOptions,
): Headers {
  const headers = new Headers({ 'accept-encoding': 'identity', 'user-agent': 'evalkit' });
  if (token !== undefined && new URL(url).origin === new URL(endpoint).origin) {
    headers.set('authorization', `Bearer ${token}`);
  }
  if (range !== undefined) {
    headers.set('range', `bytes=${range.offset}-`);
    if (range.etag !== undefined) {
      headers.set('if-range', range.etag);
    }
  }
  return headers;
}

function toAnswer(received: {
  readonly response: Response;
  readonly controller: AbortController;
  /** Those of all hops; of `x-` headers the first. */
  readonly headers: Headers;
  readonly options: HubClientOptions;
  readonly impatience: string | undefined;
}): HubAnswer {
  const { response, controller, headers, options, impatience } = received;
  const cancel = (): void => controller.abort();
  if (!response.ok) {
    cancel();
    const reason = explainStatus(response, options.token) + (impatience ?? '');
    return { kind: 'refused', status: response.status, reason };
  }
  return {
    kind: 'answered',
    body: readBody(response, controller, options.stallMs ?? STALL_MS),
    cancel,
    ...extent(response),
    etag: /^"[^"]*"$/.exec(response.headers.get('etag') ?? '')?.[0],
    sha256: /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1],
    commit: /^[0-9a-f]{40}$/.exec(headers.get('x-repo-commit') ?? '')?.[0],
  };
}

/** Where the body begins, and the size of the whole file. */
function extent({ status, headers }: Response): { offset: number; bytes: number | undefined } {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (status === 206 && range !== null) {
    return { offset: Number(range[1]), bytes: integer(range[2]) };
  }
  return { offset: 0, bytes: integer(headers.get('content-length') ?? undefined) };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function explainStatus({ status, statusText }: Response, token: string | undefined): string {
  switch (status) {
    case 401:
      return token === undefined
        ? '401: there is no such repository, or it needs a token; set HF_TOKEN'
        : '401: HF_TOKEN is not accepted, or there is no such repository';
    case 403:
      return token === undefined
        ? "403: access must be asked for on the model's page; then set HF_TOKEN"
        : "403: HF_TOKEN has no access; ask for it on the model's page, or use another token";
    case 404:
      return '404: no such file or revision';
    default:
      return `${status} ${statusText}`.trimEnd();
  }
}

async function* readBody(
  response: Response,
  controller: AbortController,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  const stalled = (): void =>
    controller.abort(new Error(`nothing came for ${stallMs / 1000} s; the download was given up`));
  let timer = setTimeout(stalled, stallMs);
  try {
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(stalled, stallMs);
    }
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
