import { cpus } from 'node:os';

/** Processor times come in ticks of 10 ms: over less than this, a share would be noise. */
const SHORTEST_MS = 100;

interface CpuTimes {
  /** Milliseconds of all cores together. */
  readonly busy: number;
  readonly total: number;
}

/**
 * Starts to watch the processors. The function that it returns ends the watch: given the CPU time in
 * milliseconds that our own work took meanwhile, it says which share of all cores, 0 to 1, anything
 * else on the machine used; `undefined` where the system does not tell or the time was too short.
 */
export function watchOthersCpu(): (ownMs: number) => number | undefined {
  const before = readCpuTimes();
  return (ownMs) => {
    const after = readCpuTimes();
    const total = after.total - before.total;
    const cores = cpus().length;
    if (cores === 0 || total / cores < SHORTEST_MS) {
      return undefined;
    }
    const others = (after.busy - before.busy - ownMs) / total;
    return Math.min(1, Math.max(0, others));
  };
}

function readCpuTimes(): CpuTimes {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const { user, nice, sys, irq, idle } = times;
    busy += user + nice + sys + irq;
    total += user + nice + sys + irq + idle;
  }
  return { busy, total };
}
