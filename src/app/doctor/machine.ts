import { counted } from '../../records/counted.ts';
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { cacheFolder } from '../../options/cache-folder.ts';
import { takeInventory } from '../../models/cache/inventory.ts';
import type { Check } from '../../records/doctor-report.ts';
import { EvalkitError } from '../../records/error.ts';
import { takeFingerprint } from '../fingerprint.ts';
import type { Host } from '../host.ts';

/** Peak RSS of the default model (0.5B, q4_k_m) at 16 sequences: docs/benchmarks.md. */
const DEFAULT_MODEL_MEMORY = 1.5e9;
/** The default model's file and what is made from it. */
const DEFAULT_MODEL_DISK = 2e9;

/** What the machine has: processor, memory, disk space and cached models. */
export async function machineChecks(host: Host): Promise<Check[]> {
  const { cpu, cores, arch, platform, memoryBytes } = takeFingerprint({ node: host.nodeVersion });
  const free = await host.availableMemory();
  return [
    { name: 'Node', status: 'ok', detail: host.nodeVersion },
    { name: 'CPU', status: 'ok', detail: `${cpu}, ${counted(cores, 'core')}, ${platform} ${arch}` },
    {
      name: 'memory',
      status: free < DEFAULT_MODEL_MEMORY ? 'warning' : 'ok',
      detail: `${prettyBytes(free, { binary: true })} of ${prettyBytes(memoryBytes, { binary: true })} free${free < DEFAULT_MODEL_MEMORY ? '; the default model with 16 sequences needs 1.5 GB; fewer need less: evalkit humaneval --parallel 4' : ''}`,
    },
    await diskCheck(cacheFolder(host.env)),
    await cacheCheck(cacheFolder(host.env)),
  ];
}

async function diskCheck(folder: string): Promise<Check> {
  const present = await nearestFolder(folder);
  const { bavail, bsize } = await statfs(present);
  const free = bavail * bsize;
  const isWritable = await access(present, constants.W_OK).then(
    () => true,
    () => false,
  );
  const parts = [`${prettyBytes(free)} free for the cache in ${folder}`];
  if (!isWritable) {
    parts.push('it cannot be written, so nothing can be fetched or made; set EVALKIT_CACHE');
  } else if (free < DEFAULT_MODEL_DISK) {
    parts.push(
      'the default model and what is made from it need 2 GB; free some, or set EVALKIT_CACHE',
    );
  }
  return { name: 'disk', status: parts.length === 1 ? 'ok' : 'warning', detail: parts.join('; ') };
}

/** The folder itself, or the one above it in which it would be made. */
async function nearestFolder(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder || dirname(path) === path ? path : nearestFolder(dirname(path));
}

async function cacheCheck(folder: string): Promise<Check> {
  try {
    const { bytes, weights } = await takeInventory(folder);
    const isEmpty = weights.length === 0;
    return {
      name: 'cache',
      status: isEmpty ? 'warning' : 'ok',
      detail: isEmpty
        ? 'no model yet: the first run fetches one'
        : `${weights.length} model files, ${prettyBytes(bytes)}; evalkit models lists them`,
    };
  } catch (error) {
    if (error instanceof EvalkitError) {
      return { name: 'cache', status: 'warning', detail: error.message };
    }
    throw error;
  }
}
