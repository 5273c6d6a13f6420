import { usageError } from '../records/error.ts';
import type { ModelContext } from './context.ts';
import type { PublishedFile } from './repository.ts';
import { type Obtained, obtain } from './sources/obtain.ts';
import type { HeldFile } from './sources/source.ts';
import { joinParts, parseSplitName, splitNames } from './split-file.ts';

/**
 * Obtains a file, or all parts of a model into one folder. Throws a usage error where not all were
 * put out.
 */
export async function obtainModel(file: PublishedFile, context: ModelContext): Promise<Obtained> {
  if (file.parts === undefined) {
    return obtain(file, context);
  }
  checkComplete(file, file.parts);
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

function checkComplete({ repo, name }: PublishedFile, parts: readonly PublishedFile[]): void {
  const split = parseSplitName(name);
  const there = new Set(parts.map((part) => part.name));
  const missing =
    split === undefined ? undefined : splitNames(split).find((part) => !there.has(part));
  if (missing !== undefined) {
    throw usageError(`hf:${repo} has ${name} and not ${missing}; choose another file of it`);
  }
}
