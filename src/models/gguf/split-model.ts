import { usageError } from '../../records/error.ts';
import type { ModelContext } from '../context.ts';
import type { PublishedFile } from '../repository.ts';
import { type Obtained, obtain } from '../sources/obtain.ts';
import type { HeldFile } from '../sources/source.ts';
import { joinParts, parseSplitName, splitNames } from './split-file.ts';

/**
 * Obtains a file, or all parts of a model into one folder. Throws a usage error where not all were
 * put out.
 */
export async function obtainModel(file: PublishedFile, context: ModelContext): Promise<Obtained> {
  if (file.parts === undefined) {
    return obtain(file, context);
  }
  checkComplete(file);
  const held: HeldFile[] = [];
  for (const part of file.parts) {
    const obtained = await obtain(part, context);
    if (obtained.kind === 'refused') {
      return { ...obtained, reasons: obtained.reasons.map((reason) => `${part.name}: ${reason}`) };
    }
    held.push(obtained.held);
  }
  const [first, ...rest] = held;
  return first === undefined
    ? { kind: 'refused', reasons: ['it has no parts'] }
    : {
        kind: 'given',
        held: {
          ...first,
          file: joinParts(
            first.file,
            rest.map((one) => one.file),
          ),
        },
      };
}

function checkComplete(file: PublishedFile): void {
  const missing = missingPart(file);
  if (missing !== undefined) {
    const { repo, name } = file;
    throw usageError(`hf:${repo} has ${name} and not ${missing}; choose another file of it`);
  }
}

/** The name of the first part that was not put out; `undefined`: all were, or there are no parts. */
export function missingPart({ name, parts = [] }: PublishedFile): string | undefined {
  const split = parts.length === 0 ? undefined : parseSplitName(name);
  const present = new Set(parts.map((part) => part.name));
  return split === undefined ? undefined : splitNames(split).find((part) => !present.has(part));
}
