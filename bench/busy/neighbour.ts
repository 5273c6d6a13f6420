import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Something else that works on the machine: `node bench/busy/neighbour.ts ON OFF` computes for ON
 * milliseconds and rests for OFF, until it is ended.
 */

const [on = 1_000, off = 0] = process.argv.slice(2).map(Number);
for (;;) {
  const end = performance.now() + on;
  while (performance.now() < end) {
    // Spins.
  }
  if (off > 0) {
    await sleep(off);
  }
}
