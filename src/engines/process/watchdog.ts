/** Waits for signs of life. */
export interface Watchdog {
  readonly reset: () => void;
  readonly stop: () => void;
}

/**
 * Barks after `timeoutMs` without a reset, in two turns: after a sleep of the whole machine the
 * first turn is over at once, and what was sent meanwhile still has the second to be read.
 */
export function startWatchdog(timeoutMs: number, bark: () => void): Watchdog {
  let quietTurns = 0;
  const timer = setInterval(() => {
    quietTurns += 1;
    if (quietTurns === 2) {
      bark();
    }
  }, timeoutMs / 2);
  return {
    reset: () => {
      quietTurns = 0;
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
