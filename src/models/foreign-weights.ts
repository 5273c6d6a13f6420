import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { about } from '../options/message.ts';
import { type OptionMessage, usageError } from '../records/error.ts';
import { nearestNames } from './nearest-names.ts';
import { CONVERSION_HINT, isForeignWeights } from './quantize/conversion-hint.ts';
import { systemCode } from '../records/system-error.ts';
import { isGgufName } from './gguf/split-file.ts';

/**
 * Throws a usage error for a path that exists and is not a .gguf: a folder, safetensors, PyTorch's
 * own format. `item` is what the user wrote, with its flag.
 */
export function refuseForeignWeights(path: string, item: OptionMessage | string): void {
  const found = look(item, () => statSync(path, { throwIfNoEntry: false }));
  if (found?.isDirectory() === true) {
    throw usageError(about`${item} is ${describeFolder(look(item, () => readdirSync(path)))}`);
  }
  if (found !== undefined && !isGgufName(path)) {
    throw usageError(
      isForeignWeights(basename(path))
        ? about`${item} holds weights in another format than GGUF; ${CONVERSION_HINT}`
        : about`${item} is not a .gguf file; if it holds weights, ${CONVERSION_HINT}`,
    );
  }
}

/** Whether a path is a folder that holds weights in another format than GGUF, and none in GGUF. */
export function holdsForeignWeights(path: string): boolean {
  try {
    const names = readdirSync(path);
    return names.some(isForeignWeights) && !names.some((name) => isGgufName(name));
  } catch {
    return false; // no folder, or none that can be read: whoever opens it says so
  }
}

/** Throws a usage error for a path where no file is that can be read; `item` is what the user wrote. */
export function refuseMissing(path: string, item: OptionMessage | string): void {
  const found = look(item, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) {
    const near = nearestFile(path);
    throw usageError(
      about`${item}: there is no file ${path}; ${near === undefined ? 'check the path' : `its folder has ${near}`}`,
    );
  }
  if (found.isDirectory()) {
    throw usageError(about`${item} is a folder; name a file`);
  }
  look(item, () => accessSync(path, constants.R_OK));
}

/** Whether a folder is there. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // whoever reads it says what is wrong
  }
}

/** The name most like that of a missing file among those of its folder. */
function nearestFile(path: string): string | undefined {
  try {
    const ending = extname(path).toLowerCase();
    const names = readdirSync(dirname(path)).filter(
      (name) => extname(name).toLowerCase() === ending,
    );
    return nearestNames(basename(path), names)[0];
  } catch {
    return undefined; // there is no such folder either
  }
}

/**
 * Looks at a path; where the system refuses (no permission, a loop of links), the user named a
 * wrong one.
 */
function look<T>(item: OptionMessage | string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) {
      throw error;
    }
    throw usageError(about`${item} cannot be read (${code}); name a .gguf that can`, error);
  }
}

function describeFolder(found: readonly string[]): string {
  const names = found.toSorted();
  const models = names.filter((name) => isGgufName(name));
  if (models.length > 0) {
    return `a folder; name one of its files: ${models.slice(0, 3).join(', ')}`;
  }
  return 'a folder without weights; name a .gguf, or a folder of safetensors';
}
