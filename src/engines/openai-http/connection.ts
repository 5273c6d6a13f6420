import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { proxySettings } from '../../options/proxy.ts';
import type { Replica } from '../../records/endpoint.ts';
import { ServerWords } from './server-words.ts';
import { ServerTrouble } from './trouble.ts';

/** What a connection is made with. */
export interface ConnectionOptions {
  readonly replica: Replica;
  /** Sent as a bearer token to this server and to nobody else. Secret. */
  readonly key: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** How long a server that was asked something may say nothing at all, to nobody. */
  readonly silenceMs: number;
}

export interface AskOptions {
  /** Below the address (`chat/completions`), or from the server's root on (`/props`). */
  readonly path: string;
  /** Absent: GET. */
  readonly body?: unknown;
  /** The longest silence where it is to be shorter than the connection's. */
  readonly silenceMs?: number;
  readonly signal: AbortSignal;
}

/** An answer whose status is that of a success. */
export interface Answer {
  readonly contentType: string;
  /** Ends with a `ServerTrouble` where it breaks. Must be read to its end or be cancelled. */
  readonly body: AsyncIterable<Buffer>;
  /** A text of the server's, without our secrets: some servers repeat the key that they refuse. */
  readonly withoutSecrets: (text: string) => string;
  /** When the request had been handed over, as `performance.now()`. */
  readonly sentAt: number;
  /** Ends the transfer; the server sees the connection close. */
  readonly cancel: () => void;
  /** What is left of the body holds nothing: it is read on, so that the connection can be used again. */
  readonly release: () => void;
}

/** A request whose answer has begun. */
interface Sent {
  readonly response: IncomingMessage;
  readonly request: ClientRequest;
  /** As `performance.now()`. */
  readonly sentAt: number;
}

/** An answer under way. */
interface Transfer extends Until {
  readonly response: IncomingMessage;
  readonly request: ClientRequest;
}

/** What ends a request before its answer does. */
interface Until {
  readonly signal: AbortSignal;
  readonly silenceMs: number;
}

const MOST_REDIRECTS = 5;

/** Of an error's body; what lies behind is not read. */
const ERROR_BYTES = 65_536;

/**
 * Keep-alive connections to one server. Redirects are followed on the server itself alone, certificates
 * always verified, and proxies used where the environment names one.
 */
export class Connection implements Disposable {
  readonly url: string;
  readonly silenceMs: number;
  readonly #options: ConnectionOptions;
  readonly #agent: HttpAgent;
  readonly #isTls: boolean;
  readonly #words: ServerWords;
  /** When the server last sent anything, to whichever request. */
  #lastByteAt = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.url = options.replica.url;
    this.silenceMs = options.silenceMs;
    this.#words = new ServerWords(options);
    this.#isTls = this.url.startsWith('https:');
    const proxyEnv = proxySettings(options.env);
    const settings = {
      keepAlive: true,
      ...(proxyEnv === undefined ? {} : { proxyEnv: { ...proxyEnv } }),
    };
    this.#agent = this.#isTls
      ? new HttpsAgent({ ...settings, rejectUnauthorized: true })
      : new HttpAgent(settings);
  }

  /** Asks, and resolves when the answer's head is in. Throws a `ServerTrouble` for all but success. */
  async ask({ path, body, signal, silenceMs = this.silenceMs }: AskOptions): Promise<Answer> {
    const { origin } = new URL(this.url);
    let url = new URL(path.startsWith('/') ? `${this.#root}${path}` : `${this.url}/${path}`);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const { response, request, sentAt } = await this.#send(url, body, { signal, silenceMs });
      const { statusCode: status = 0, headers } = response;
      const location = status >= 300 && status < 400 ? headers.location : undefined;
      if (location === undefined) {
        if (status >= 200 && status < 300) {
          const rest = { isReleased: false };
          return {
            contentType: headers['content-type'] ?? '',
            body: this.#read({ response, request, signal, silenceMs }, rest),
            withoutSecrets: (text) => this.#words.withoutSecrets(text),
            sentAt,
            cancel: () => void request.destroy(),
            release: () => {
              rest.isReleased = true;
            },
          };
        }
        throw await this.#errorOf(url, { response, request, signal, silenceMs });
      }
      request.destroy();
      const next = URL.parse(location, url.href);
      if (next?.origin !== origin) {
        throw this.#words.trouble(
          'refused',
          `redirects to ${next?.origin ?? 'something that is no address'}, another server; name that one if it is the right one`,
        );
      }
      url = next;
    }
    throw this.#words.trouble('refused', 'redirects without an end');
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /** What lies beside `/v1`: the servers' own interfaces. */
  get #root(): string {
    return this.url.replace(/\/v1$/, '');
  }

  /** Sends a request. A kept connection that the server has closed meanwhile is not the server's trouble. */
  async #send(url: URL, body: unknown, until: Until): Promise<Sent> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const send = this.#isTls ? httpsRequest : httpRequest;
    for (;;) {
      until.signal.throwIfAborted();
      const request = send(url.href, {
        method: text === undefined ? 'GET' : 'POST',
        agent: this.#agent,
        headers: this.#headers(text),
      });
      try {
        return await this.#guarded({ request, ...until }, () => this.#handOver(request, text));
      } catch (error) {
        if (!request.reusedSocket || !(error instanceof ServerTrouble) || !error.isReset) {
          throw error;
        }
      }
    }
  }

  #handOver(request: ClientRequest, text: string | undefined): Promise<Sent> {
    return new Promise((resolve, reject) => {
      let sentAt = performance.now();
      request.on('finish', () => {
        sentAt = performance.now();
      });
      request.on('response', (response) => {
        this.#lastByteAt = performance.now();
        // Who reads the body learns of its errors; where nobody does, they do not matter.
        response.on('error', () => undefined);
        resolve({ response, request, sentAt });
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  /** Does something with a request that ends with the signal, or when the server falls silent. */
  async #guarded<T>(
    { request, signal, silenceMs }: Until & { readonly request: ClientRequest },
    act: () => Promise<T>,
  ): Promise<T> {
    const begun = performance.now();
    let isSilent = false;
    const abort = (): void => void request.destroy();
    const timer = setInterval(
      () => {
        if (performance.now() - Math.max(begun, this.#lastByteAt) > silenceMs) {
          isSilent = true;
          request.destroy();
        }
      },
      Math.max(5, silenceMs / 20),
    );
    signal.addEventListener('abort', abort);
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if (isSilent) {
        throw this.#words.trouble('broken', `sent nothing for ${silenceMs / 1_000} s`);
      }
      throw error instanceof ServerTrouble ? error : this.#words.ofConnection(error);
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  async *#read(
    { response, ...guard }: Transfer,
    rest: { readonly isReleased: boolean } = { isReleased: false },
  ): AsyncGenerator<Buffer> {
    const chunks = response[Symbol.asyncIterator]();
    let isWhole = false;
    try {
      for (;;) {
        const next = await this.#guarded(guard, () => chunks.next());
        this.#lastByteAt = performance.now();
        if (next.done === true) {
          isWhole = response.complete;
          break;
        }
        yield Buffer.from(next.value);
      }
      if (!isWhole) {
        throw this.#words.trouble('broken', 'cut the answer off');
      }
    } finally {
      if (!isWhole && rest.isReleased) {
        void drain(chunks);
      } else if (!isWhole) {
        guard.request.destroy();
      }
    }
  }

  #headers(text: string | undefined): Record<string, string> {
    const { key, replica } = this.#options;
    const basic =
      replica.userInfo === undefined
        ? undefined
        : `Basic ${Buffer.from(replica.userInfo).toString('base64')}`;
    const authorization = basic ?? (key === undefined ? undefined : `Bearer ${key}`);
    return {
      accept: 'application/json, text/event-stream',
      'user-agent': 'evalkit',
      ...(text === undefined
        ? {}
        : {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(text)),
          }),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  async #errorOf(url: URL, transfer: Transfer): Promise<ServerTrouble> {
    const { response, signal } = transfer;
    const body = await beginning(this.#read(transfer)).catch((error: unknown) => {
      signal.throwIfAborted();
      return error instanceof Error ? error.message : String(error);
    });
    const { statusCode = 0, headers } = response;
    const after = headers['retry-after'];
    return this.#words.ofStatus({ status: statusCode, path: url.pathname, body, after });
  }
}

async function drain(chunks: AsyncIterator<unknown>): Promise<void> {
  try {
    while ((await chunks.next()).done !== true) {
      // Nothing in it is wanted.
    }
  } catch {
    // Whatever breaks here, the answer was complete before.
  }
}

async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ERROR_BYTES) {
      break;
    }
  }
  return Buffer.concat(chunks).subarray(0, ERROR_BYTES).toString();
}
