import { parseEndpoint } from '../../records/endpoint.ts';
import type { EngineIdentity } from '../../records/plan.ts';
import type { Engine, EngineContext } from '../engine.ts';
import { Connection } from './connection.ts';
import { readKey } from './key.ts';
import { PATIENCE, type Patience } from './patience.ts';
import { lookAt, type Served, servedModel } from './served.ts';
import { openHttpSession } from './session.ts';

/**
 * The longest silence of a server that was asked something, as of an engine's own process: a long
 * prompt on a slow processor, or the wait behind others, says nothing for minutes.
 */
const SILENCE_MS = 300_000;

/** How long a server may be silent and busy; for tests. */
export interface HttpTuning {
  readonly silenceMs?: number;
  readonly patience?: Patience;
}

/** The engine of served models; see its definition. Throws a usage error for a key that cannot be read. */
export function createHttpEngine(
  identity: EngineIdentity,
  context: EngineContext,
  { silenceMs = SILENCE_MS, patience = PATIENCE }: HttpTuning = {},
): Engine {
  const { env } = context;
  const key = readKey(context);
  const known = new Map<string, Served>();
  return {
    identity,
    capabilities: new Set(),
    async inspect(modelPath, { onNote, signal }) {
      const found = known.get(modelPath);
      if (found !== undefined) {
        return servedModel(found, identity);
      }
      const endpoint = parseEndpoint(modelPath, '--model');
      const connections = endpoint.replicas.map(
        (replica) => new Connection({ replica, key, env, silenceMs }),
      );
      const served = await lookAt(endpoint, connections, { patience, onNote, signal });
      known.set(modelPath, served);
      return servedModel(served, identity);
    },
    async open(opening) {
      const { modelPath, onNote = () => undefined } = opening;
      const served = known.get(modelPath);
      if (served === undefined) {
        throw new Error('a server is looked at before it is used');
      }
      return openHttpSession(served, { ...opening, onNote, patience });
    },
  };
}
