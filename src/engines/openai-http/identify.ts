import { z } from 'zod';
import { EvalkitError } from '../../records/error.ts';
import { sha256Json } from '../../records/hash.ts';
import type { AskOptions, Connection } from './connection.ts';
import { DIALECTS } from './dialects/index.ts';
import type { Dialect, Listing, RecogniseOptions, Server } from './dialects/dialect.ts';
import { wholeJson } from './event-stream.ts';
import { ServerTrouble } from './trouble.ts';

/** A server of a known kind. */
export interface Identified {
  readonly dialect: Dialect;
  readonly server: Server;
  /** Of all that it says of itself and the model. */
  readonly sha256: string;
}

/**
 * What a server says of itself takes no time. One that says nothing at all is another kind of server, as one
 * without TLS at an https address.
 */
const FIRST_SILENCE_MS = 30_000;

const listSchema = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

/**
 * Finds out what a server is and which model it holds; asks it nothing that computes. Throws a
 * `ServerTrouble`, or a usage error for a model that it has not.
 */
export async function identify(
  connection: Connection,
  model: string | undefined,
  signal: AbortSignal,
): Promise<Identified> {
  const asking = askingOf(connection, signal, FIRST_SILENCE_MS);
  const listing = await listModels(asking);
  for (const dialect of DIALECTS) {
    const server = await dialect.recognise({ ...asking, listing, model });
    if (server !== undefined) {
      return { dialect, server, sha256: identityOf(dialect, server) };
    }
  }
  throw new Error('no dialect takes any server');
}

/** Throws a `ServerTrouble` where a server is no longer what it was. */
export async function stillIs(
  connection: Connection,
  { dialect, server: before, sha256 }: Identified,
  signal: AbortSignal,
): Promise<void> {
  const asking = askingOf(connection, signal);
  const model = before.model.id;
  const listing = await listModels(asking);
  const server = await recognised(() => dialect.recognise({ ...asking, listing, model }));
  if (server === undefined || identityOf(dialect, server) !== sha256) {
    const now =
      server === undefined
        ? 'something else'
        : `${server.model.id} by ${dialect.name} ${server.build}`;
    throw new ServerTrouble(
      'changed',
      `${connection.url} held ${model} by ${dialect.name} ${before.build} and now holds ${now}${server?.model.id === model && server.build === before.build ? ' with other properties' : ''}: the server changed during the run`,
    );
  }
}

/** A model that the server no longer has is a change, not a wrong input. */
async function recognised(look: () => Promise<Server | undefined>): Promise<Server | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof EvalkitError && error.kind === 'usage') {
      return undefined;
    }
    throw error;
  }
}

type Asking = Pick<RecogniseOptions, 'get' | 'post'>;

function askingOf(connection: Connection, signal: AbortSignal, mostMs = Infinity): Asking {
  const silenceMs = Math.min(mostMs, connection.silenceMs);
  return {
    get: (path) => optional(connection, { path, signal, silenceMs }),
    post: (path, body) => optional(connection, { path, body, signal, silenceMs }),
  };
}

async function listModels({ get }: Asking): Promise<Listing> {
  return listSchema.safeParse(await get('models')).data?.data;
}

function identityOf(dialect: Dialect, { build, model }: Server): string {
  // Absent fields and those that are undefined are the same.
  return sha256Json(JSON.parse(JSON.stringify({ dialect: dialect.name, build, model })));
}

/** What a server says on a path that it may lack; `undefined`: it lacks it, or says something else. */
async function optional(connection: Connection, asked: AskOptions): Promise<unknown> {
  try {
    return await wholeJson(connection.url, await connection.ask(asked));
  } catch (error) {
    asked.signal.throwIfAborted();
    const isAbsent =
      error instanceof ServerTrouble &&
      ((error.kind === 'refused' &&
        error.status !== undefined &&
        error.status !== 401 &&
        error.status !== 403) ||
        error.status === 500 ||
        error.status === 501 ||
        (error.kind === 'broken' &&
          error.status === undefined &&
          error.message.includes('not JSON')));
    if (isAbsent) {
      return undefined;
    }
    throw error;
  }
}
