import type { Readable } from 'node:stream';

/** How a process ended. */
export interface ProcessEnd {
  /** In words. */
  readonly how: string;
  readonly signal: string | undefined;
}

/** A process that has been started, and how it is spoken to: each message is plain data. */
export interface Transport {
  readonly pid: number | undefined;
  /** What the process prints. */
  readonly log: Readable;
  /** A message that cannot be sent needs no report of its own: the process has ended. */
  send(message: unknown): void;
  /** Gives each message that comes to one listener; the function that it returns ends that. */
  listen(listener: (content: unknown) => void): () => void;
  kill(): void;
  /** Resolves when the process is gone and all that it sent has come. */
  readonly ended: Promise<ProcessEnd>;
}

/** What execa says of a process's end, in words. */
export function processEnd(result: {
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly originalMessage?: string | undefined;
}): ProcessEnd {
  const { signal, exitCode } = result;
  if (signal !== undefined) {
    return { signal, how: `was killed by ${signal}` };
  }
  const how =
    exitCode === undefined
      ? `could not be started: ${result.originalMessage}`
      : `ended with exit code ${exitCode}`;
  return { signal, how };
}
