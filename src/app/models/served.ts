import { win32 } from 'node:path';
import { SERVER_ENGINE } from '../../engines/index.ts';
import type { ModelItem } from '../../models/item.ts';
import { saysInstruct } from '../../models/repository.ts';
import { parseEndpoint } from '../../records/endpoint.ts';
import { usageError } from '../../records/error.ts';
import type { OpenedEngine } from '../engines.ts';
import type { Host } from '../host.ts';
import type { ModelPresent } from './choose.ts';

/** Asks the servers of a model what they are. Throws `EvalkitError` for those that cannot be used. */
export async function lookAtServed(
  { address }: Extract<ModelItem, { kind: 'served' }>,
  opened: ReadonlyMap<string, OpenedEngine>,
  { progress, signal }: Pick<Host, 'progress' | 'signal'>,
): Promise<ModelPresent> {
  const { name } = parseEndpoint(address, '--model');
  const inspect = opened.get(SERVER_ENGINE)?.engine.inspect;
  if (inspect === undefined) {
    throw usageError({
      text: `--model ${address} is held by a server, and no file of it is here to be used`,
      options: ['model'],
    });
  }
  const onNote = (text: string): void => progress({ kind: 'note', text });
  const served = await inspect(address, { onNote, signal });
  const { weights, kind } = served;
  return {
    path: address,
    served,
    record: {
      // A server that was given no name calls a model by its path.
      base:
        name ??
        (/^(?:\/|[a-z]:\\)/i.test(weights.name) ? win32.basename(weights.name) : weights.name),
      quantization: kind,
      weights,
      provenance: { kind: 'served' },
      instruct: saysInstruct(weights.name),
    },
  };
}
