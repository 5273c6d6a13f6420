import { type OptionMessage, usageError } from './error.ts';

/** One server that holds a model. */
export interface Replica {
  /** Where its OpenAI-compatible interface lies, as `http://localhost:8000/v1`; without user and fragment. */
  readonly url: string;
  /** What the server calls the model; `undefined`: it has only one. */
  readonly model: string | undefined;
  /** `user:password` of the address. Secret. */
  readonly userInfo: string | undefined;
}

/** A model that servers hold: several are replicas of one another. */
export interface Endpoint {
  /** What the user calls the cell. */
  readonly name: string | undefined;
  readonly replicas: readonly Replica[];
}

const NAMED = /^(?:(?<name>[\w.-]+)=)?(?<address>https?:\/\/.*)$/is;

/** Whether an item of `--model` names a server. */
export function isEndpoint(text: string): boolean {
  return NAMED.test(text);
}

/** Whether an item names a server without a name before it, as a further replica does. */
export function isBareEndpoint(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * Reads `[NAME=]URL[#MODEL][,URL[#MODEL]…]`; several addresses are replicas of one model. `flag` is what
 * it was given to, for errors.
 */
export function parseEndpoint(text: string, flag: string): Endpoint {
  const { name, address = '' } = NAMED.exec(text)?.groups ?? {};
  const replicas = address.split(',').map((part) => parseReplica(part.trim(), flag));
  const models = new Set(replicas.map(({ model }) => model));
  if (models.size > 1) {
    throw refusal(
      `${flag} ${text}`,
      'addresses in a row are replicas of one model, and these name several; give each model a name, as one=URL#a,two=URL#b',
    );
  }
  const addresses = replicas.map(({ url }) => url);
  const twin = addresses.find((url, index) => addresses.indexOf(url) !== index);
  if (twin !== undefined) {
    throw refusal(`${flag} ${text}`, `${twin} is named twice; name each server once`);
  }
  return { name, replicas };
}

function parseReplica(text: string, flag: string): Replica {
  const item = `${flag} ${text}`;
  const hash = text.indexOf('#');
  const [address, model] =
    hash < 0 ? [text, undefined] : [text.slice(0, hash), text.slice(hash + 1)];
  const url = URL.parse(address);
  if (url === null || url.hostname === '') {
    throw refusal(item, 'not an address; write http://HOST:PORT/v1#MODEL');
  }
  if (url.search !== '') {
    throw refusal(item, `an address has no ${url.search}; write http://HOST:PORT/v1#MODEL`);
  }
  if (model === '') {
    throw refusal(item, 'names no model behind the #; write one, or leave the # out');
  }
  const hasUser = url.username !== '' || url.password !== '';
  if (hasUser && url.protocol === 'http:') {
    throw refusal(item, 'a password would be sent in the clear; use https, or leave the user out');
  }
  const path = url.pathname.replace(/\/+$/, '');
  return {
    url: `${url.origin}${path === '' ? '/v1' : path}`,
    model,
    userInfo: hasUser
      ? `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
      : undefined,
  };
}

function refusal(item: string, problem: string): Error {
  const message: OptionMessage = { text: `${item}: ${problem}`, options: ['model'] };
  return usageError(message);
}
