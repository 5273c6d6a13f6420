import { sha256Text } from '../../records/hash.ts';

/** The server of a request: always the same one for all samples of a task. */
export function replicaOf<T>(id: string, replicas: readonly T[]): T {
  const task = id.replace(/#\d+$/, '');
  const place = Number.parseInt(sha256Text(task).slice(0, 8), 16) % replicas.length;
  const replica = replicas[place];
  if (replica === undefined) {
    throw new Error('a model without a server');
  }
  return replica;
}
