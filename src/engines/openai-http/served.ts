import { sha256Json } from '../../records/hash.ts';
import type { Endpoint } from '../../records/endpoint.ts';
import {
  type EvalkitError,
  environmentError,
  EvalkitError as Failure,
  usageError,
} from '../../records/error.ts';
import type { EngineIdentity } from '../../records/plan.ts';
import type { Capability, Lacks } from '../capabilities.ts';
import type { InspectOptions, ServedModel } from '../engine.ts';
import type { Connection } from './connection.ts';
import { type Identified, identify } from './identify.ts';
import { type Patience, patiently } from './patience.ts';
import { type Abilities, probe, type Probed } from './probe.ts';
import { ServerTrouble } from './trouble.ts';

/** A model on its servers, each asked once what it is and does. All of them are alike. */
export interface Served {
  readonly endpoint: Endpoint;
  readonly connections: readonly Connection[];
  readonly identified: Identified;
  readonly probed: Probed;
}

/** Asks each server of an endpoint. Throws `EvalkitError` where one cannot be used, or is unlike another. */
export async function lookAt(
  endpoint: Endpoint,
  connections: readonly Connection[],
  options: InspectOptions & { readonly patience: Patience },
): Promise<Served> {
  const found: (Identified & Probed)[] = [];
  for (const [index, connection] of connections.entries()) {
    found.push(await lookAtOne(connection, endpoint.replicas[index]?.model, options));
  }
  const [first, ...others] = found;
  if (first === undefined) {
    throw new Error('an endpoint without a server');
  }
  const unlike = others.findIndex((other) => factsOf(other) !== factsOf(first));
  if (unlike !== -1) {
    const [one, other] = [connections[0]?.url, connections[unlike + 1]?.url];
    throw usageError(
      `${one} and ${other} are named as replicas of one model, and do not hold the same model by the same software (${describe(first)}; ${describe(others[unlike])}); name them as models of their own, as one=URL,two=URL`,
    );
  }
  const { abilities, fitting, why, servedBy, ...identified } = first;
  return { endpoint, connections, identified, probed: { abilities, fitting, why, servedBy } };
}

async function lookAtOne(
  connection: Connection,
  model: string | undefined,
  { patience, onNote, signal }: InspectOptions & { readonly patience: Patience },
): Promise<Identified & Probed> {
  try {
    const once = { ...patience, attempts: 1 };
    const ask = (): Promise<Identified> =>
      patiently(() => identify(connection, model, signal), { patience: once, onNote, signal });
    const probed = await probe({ connection, identified: await ask(), patience, onNote, signal });
    // A server that loads a model when it is first asked something lists it, or more of it, only now.
    return { ...(await ask()), ...probed };
  } catch (error) {
    signal.throwIfAborted();
    throw asError(error, connection.url);
  }
}

/** A server's trouble before anything was begun. */
function asError(error: unknown, url: string): unknown {
  if (error instanceof ServerTrouble) {
    const hint = error.kind === 'unreachable' ? '; start the server, or correct the address' : '';
    return environmentError(`${error.message}${hint}`, error);
  }
  return isUsage(error)
    ? usageError({ text: `--model ${url}: ${error.message}`, options: ['model'] }, error)
    : error;
}

function isUsage(error: unknown): error is EvalkitError {
  return error instanceof Failure && error.kind === 'usage';
}

function factsOf({ sha256, abilities, fitting, servedBy }: Identified & Probed): string {
  return sha256Json([
    sha256,
    { ...abilities },
    { ...fitting, dropped: [...fitting.dropped] },
    servedBy ?? null,
  ]);
}

function describe(of: (Identified & Probed) | undefined): string {
  return of === undefined ? '' : `${of.dialect.name} ${of.server.build}, ${of.server.model.id}`;
}

/** What plans and records say of a served model. */
export function servedModel(served: Served, engine: EngineIdentity): ServedModel {
  const { identified, probed, endpoint } = served;
  const { dialect, server, sha256 } = identified;
  const urls = endpoint.replicas.map(({ url }) => url);
  const [url = '', ...replicas] = urls;
  return {
    kind: dialect.name,
    text: `served by ${dialect.name} ${server.build}`,
    weights: {
      kind: 'endpoint',
      name: server.model.id,
      // Two servers may say the same of themselves and hold different weights.
      sha256: sha256Json({ server: sha256, urls }),
      url,
      ...(replicas.length === 0 ? {} : { replicas }),
    },
    identity: { ...engine, versions: { ...engine.versions, ...factTexts(served) } },
    capabilities: new Set(capabilitiesOf(probed.abilities)),
    lacks: lacksOf(served),
    notAsked: notAsked(probed),
    impossible: (settings) =>
      'thinking' in settings && !dialect.canSwitchThinking
        ? `--thinking: the server (${dialect.name}) has no known way to turn it on or off; leave it out`
        : undefined,
  };
}

/** All that was found out, in words: part of every completion's key. */
function factTexts({ identified: { dialect, server }, probed }: Served): Record<string, string> {
  const { abilities, fitting, servedBy } = probed;
  const names = Object.entries(NAMES);
  const having = (wanted: boolean): string =>
    names
      .filter(([name]) =>
        Object.entries(abilities).some(([own, has]) => own === name && has === wanted),
      )
      .map(([, words]) => words)
      .join(', ');
  const cannot = having(false);
  return {
    server: `${dialect.name} ${server.build}`,
    does: having(true),
    ...(cannot === '' ? {} : { 'does not': cannot }),
    ...(fitting.dropped.length === 0 ? {} : { 'refuses the fields': fitting.dropped.join(', ') }),
    ...(fitting.cap === 'max_tokens' ? {} : { 'token cap': fitting.cap }),
    ...(servedBy === undefined || servedBy === server.model.id ? {} : { 'answers as': servedBy }),
    'prompt cache in timings':
      dialect.freshBy === undefined
        ? "the server's own, not turned off"
        : `kept out by ${dialect.freshBy}`,
  };
}

const NAMES: Readonly<Record<keyof Abilities, string>> = {
  raw: 'raw prompts',
  chat: 'chat',
  seed: 'seeds',
  n: 'n',
  logprobs: 'logprobs',
  promptLogprobs: 'logprobs of prompts',
  usage: 'usage in streams',
  streams: 'streams',
  scores: 'scores of texts',
  tokenize: 'tokenizing',
};

function capabilitiesOf({ tokenize, scores, usage, streams }: Abilities): Capability[] {
  return [
    ...(tokenize ? (['tokens'] as const) : []),
    ...(usage && streams ? (['timing'] as const) : []),
    ...(scores && tokenize ? (['scoring'] as const) : []),
    ...(usage ? (['throughput'] as const) : []),
  ];
}

function lacksOf({ identified: { dialect }, probed: { abilities } }: Served): Lacks {
  const server = `the server (${dialect.name})`;
  return {
    timing: abilities.streams
      ? `${server} does not count the tokens of its streams, so that they cannot be timed`
      : `${server} sends its tokens in one piece, so that they cannot be timed`,
    throughput: `${server} does not count the tokens of its answers`,
    scoring: `${server} gives no log-probabilities of a prompt's own tokens`,
    tokens: `${server} does not tokenize texts`,
    benchmark: `${server} cannot be made to run fixed lengths`,
    drafts: "drafts of a served model are its server's own affair",
  };
}

function notAsked({ abilities, why }: Probed): ServedModel['notAsked'] {
  return {
    ...(abilities.raw ? {} : { raw: why.raw ?? 'the server refuses it' }),
    ...(abilities.chat ? {} : { chat: why.chat ?? 'the server refuses it' }),
  };
}
