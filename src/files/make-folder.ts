import { lstat, mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../records/system-error.ts';
import { refusalOf } from './refusal.ts';

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` tries for ever where an
 * existing folder takes no other, as `/proc` does: here that is the system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if (systemCode(error) !== 'ENOENT' || above === path) {
      throw error;
    }
    await makeFolder(above);
    // Also where the one above was there all the time: another process may just have made it.
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(await isFolder(path))) {
      throw error;
    }
  }
}

/**
 * Why a folder cannot be made or filled; `undefined`: it can. What it tries, it takes back.
 */
export async function folderRefusal(path: string): Promise<string | undefined> {
  try {
    const above = await nearestAbove(path);
    if (!(await isFolder(above))) {
      return above === path ? 'is no folder' : `has ${above} where a folder must be`;
    }
    await rmdir(await mkdtemp(join(above, '.evalkit-')));
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

/** The path itself, or what is nearest above it, that exists; a link without an end does. */
export async function nearestAbove(path: string): Promise<string> {
  try {
    await lstat(path);
    return path;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') {
      throw error;
    }
    return nearestAbove(dirname(path));
  }
}

/** Whether a folder is there, links followed. */
async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
