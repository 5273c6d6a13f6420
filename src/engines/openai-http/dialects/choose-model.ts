import { shortened } from '../../../records/visible-text.ts';
import { usageError } from '../../../records/error.ts';
import type { Listing, Server } from './dialect.ts';

/** Fields that change by themselves. */
const MOVING: ReadonlySet<string> = new Set(['created', 'permission', 'status']);

/**
 * The model that is meant, as the server's list has it. Throws a usage error for one that the list has
 * not, and where none is named and it is not the only one.
 */
export function chooseModel(listing: Listing, name: string | undefined): Server['model'] {
  const ids = listing?.map(({ id }) => id) ?? [];
  if (name === undefined) {
    const [only, other] = listing ?? [];
    if (only === undefined || other !== undefined) {
      throw usageError(
        only === undefined
          ? 'the server lists no model; name one behind the address, as #MODEL'
          : `the server has several models; name one behind the address, as #${only.id} (it has ${listOf(ids)})`,
      );
    }
    return standing(only);
  }
  const found = listing?.find(({ id }) => id === name || id === `${name}:latest`);
  if (found === undefined && ids.length > 0) {
    throw usageError(`the server has no model ${name}; it has ${listOf(ids)}`);
  }
  return found === undefined ? { id: name } : standing(found);
}

function listOf(ids: readonly string[]): string {
  return shortened(ids.join(', '), 400);
}

/** What of an entry stays as it is while the model does. */
function standing(entry: NonNullable<Listing>[number]): Server['model'] {
  const kept = Object.entries(entry).filter(([name, value]) => !MOVING.has(name) && value !== null);
  return { ...Object.fromEntries(kept), id: entry.id };
}
