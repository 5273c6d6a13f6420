import { reasonOf } from './reason.ts';

/** What the hub says to one question. */
export type HubAnswer =
  | {
      readonly kind: 'answered';
      readonly body: AsyncIterable<Uint8Array>;
      /** Ends the transfer of a body that nobody wants. */
      readonly cancel: () => void;
      /** `content-length`, in bytes. */
      readonly bytes: number | undefined;
      /** sha256 of a file in LFS, from `x-linked-etag`. */
      readonly sha256: string | undefined;
      /** The commit that the revision stands for, from `x-repo-commit`. */
      readonly commit: string | undefined;
    }
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly reason: string };

/** The Hugging Face hub, or a mirror of it. */
export interface HubClient {
  /** Asks for a path below the endpoint. Throws only when aborted. */
  get(path: string): Promise<HubAnswer>;
}

export interface HubClientOptions {
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  /** How long an answer's headers may take; a host that is there needs well under a second. */
  readonly answerMs?: number;
  /** How long a body may bring nothing. */
  readonly stallMs?: number;
}

const ANSWER_MS = 5_000;
const STALL_MS = 30_000;
/** The Fetch standard's limit. */
const MOST_REDIRECTS = 20;

/**
 * A client that asks a dead host once: after the first question without an answer, all others are
 * refused with the same reason. Redirects are followed by hand, because a file's checksum and commit
 * stand in the headers of the redirect to the storage host, and because the token must not go there.
 */
export function createHubClient(options: HubClientOptions): HubClient {
  const endpoint = options.endpoint.replace(/\/+$/, '');
  let dead: HubAnswer | undefined;
  return {
    async get(path) {
      const answer = dead ?? (await follow(`${endpoint}${path}`, options));
      if (answer.kind === 'refused' && answer.status === undefined) {
        dead = answer;
      }
      return answer;
    },
  };
}

async function follow(first: string, options: HubClientOptions): Promise<HubAnswer> {
  const headers = new Headers();
  let url = first;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const asked = await ask(url, options);
    if (asked instanceof Error) {
      const reason = `${new URL(url).origin}: ${reasonOf(asked)}`;
      return { kind: 'refused', status: undefined, reason };
    }
    const { response, controller } = asked;
    for (const [name, value] of response.headers) {
      if (!headers.has(name) || !name.startsWith('x-')) {
        headers.set(name, value);
      }
    }
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      return toAnswer({ response, controller, headers, options });
    }
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  return { kind: 'refused', status: undefined, reason: `${first} redirects without an end` };
}

async function ask(
  url: string,
  options: HubClientOptions,
): Promise<{ response: Response; controller: AbortController } | Error> {
  const controller = new AbortController();
  const answerMs = options.answerMs ?? ANSWER_MS;
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${answerMs / 1000} s`)),
    answerMs,
  );
  const isEndpoint = new URL(url).origin === new URL(options.endpoint).origin;
  const headers = new Headers({ 'accept-encoding': 'identity', 'user-agent': 'evalkit' });
  if (isEndpoint && options.token !== undefined) {
    headers.set('authorization', `Bearer ${options.token}`);
  }
  try {
    const signal = AbortSignal.any([options.signal, controller.signal]);
    return { response: await fetch(url, { headers, redirect: 'manual', signal }), controller };
  } catch (error) {
    options.signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}

function toAnswer(received: {
  readonly response: Response;
  readonly controller: AbortController;
  /** Those of all hops; of `x-` headers the first. */
  readonly headers: Headers;
  readonly options: HubClientOptions;
}): HubAnswer {
  const { response, controller, headers, options } = received;
  const cancel = (): void => controller.abort();
  if (!response.ok) {
    cancel();
    return { kind: 'refused', status: response.status, reason: explainStatus(response) };
  }
  const length = Number.parseInt(response.headers.get('content-length') ?? '', 10);
  return {
    kind: 'answered',
    body: readBody(response, controller, options.stallMs ?? STALL_MS),
    cancel,
    bytes: Number.isNaN(length) ? undefined : length,
    sha256: /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1],
    commit: /^[0-9a-f]{40}$/.exec(headers.get('x-repo-commit') ?? '')?.[0],
  };
}

function explainStatus(response: Response): string {
  switch (response.status) {
    case 401:
      return '401: HF_TOKEN is missing or not accepted, or there is no such repository';
    case 403:
      return "403: HF_TOKEN has no access; ask for it on the model's page, or use another token";
    case 404:
      return '404: no such file or revision';
    default:
      return `${response.status} ${response.statusText}`.trimEnd();
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
