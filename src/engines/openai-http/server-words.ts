import { proxyWords } from '../../options/proxy.ts';
import type { Replica } from '../../records/endpoint.ts';
import { retryAfterMs } from '../../records/retry-after.ts';
import { bodyWords, ServerTrouble } from './trouble.ts';

/** Statuses of errors for good among those of a server. */
const NEVER: ReadonlySet<number> = new Set([501, 505]);

/** Whether a server, or a proxy before it, says that another time may do: proxies have statuses of their own. */
function isForAWhile(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && !NEVER.has(status));
}

/** Codes of a connection to an address where nothing answers. */
const NOBODY =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL)$/;

/** Codes of a connection that the other side has closed. */
const RESET = /^(?:ECONNRESET|EPIPE)$/;

const CERTIFICATE = /CERT|SELF_SIGNED|ISSUER|ALTNAME|TLS|SSL|EPROTO/;

/** What is said of one server's troubles, its address before it and no secret in it. */
export class ServerWords {
  readonly #about: {
    readonly replica: Replica;
    readonly key: string | undefined;
    readonly env: NodeJS.ProcessEnv;
  };

  constructor(about: {
    readonly replica: Replica;
    readonly key: string | undefined;
    readonly env: NodeJS.ProcessEnv;
  }) {
    this.#about = about;
  }

  trouble(...[kind, words, more]: ConstructorParameters<typeof ServerTrouble>): ServerTrouble {
    const { url } = this.#about.replica;
    return new ServerTrouble(kind, this.withoutSecrets(`${url} ${words}`), more);
  }

  /** Of an answer with a status that is no success. */
  ofStatus(answer: {
    readonly status: number;
    readonly path: string;
    readonly body: string;
    /** `Retry-After`. */
    readonly after: string | undefined;
  }): ServerTrouble {
    const { status, path, body, after } = answer;
    const words = bodyWords(body);
    const hint =
      status === 401 || status === 403
        ? '; set EVALKIT_API_KEY, or name a file with --api-key-file'
        : '';
    const kind = isForAWhile(status) ? 'busy' : 'refused';
    return this.trouble(
      kind,
      `answers ${status} to ${path}${words === '' ? '' : `: ${words}`}${hint}`,
      { status, body: this.withoutSecrets(body), waitMs: retryAfterMs(after ?? null) },
    );
  }

  /** Of a connection that could not be made, or broke. */
  ofConnection(error: unknown): ServerTrouble {
    const { replica, env } = this.#about;
    const code = codeOf(error);
    const via = proxyWords(replica.url, env);
    if (code !== undefined && NOBODY.test(code)) {
      return this.trouble('unreachable', `cannot be reached: ${code}${via}`);
    }
    if (code !== undefined && CERTIFICATE.test(code)) {
      return this.trouble(
        'refused',
        `has no certificate that can be verified: ${code}; give Node its authority by NODE_EXTRA_CA_CERTS`,
      );
    }
    const words = code ?? (error instanceof Error ? error.message : String(error));
    return this.trouble('broken', `broke the connection: ${words}${via}`, {
      isReset: code !== undefined && RESET.test(code),
    });
  }

  withoutSecrets(text: string): string {
    const { key, replica } = this.#about;
    const password = replica.userInfo?.slice(replica.userInfo.indexOf(':') + 1);
    return [key, replica.userInfo, password].reduce<string>(
      (shown, secret) =>
        secret === undefined || secret === '' ? shown : shown.replaceAll(secret, '***'),
      text,
    );
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') {
    return code;
  }
  return error instanceof AggregateError
    ? error.errors.map(codeOf).find((one) => one !== undefined)
    : codeOf(error.cause);
}
