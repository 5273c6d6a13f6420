import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { ProcessHost } from './app/host.ts';
import type { Progress } from './app/progress.ts';
import { systemFailure } from './app/system-failure.ts';
import { EvalkitError } from './records/error.ts';
import { systemCode } from './records/system-error.ts';
import { visibleText } from './records/visible-text.ts';

const EXIT = {
  done: 0,
  usage: 2,
  incomplete: 3,
  'gate-failed': 1,
  'gate-inconclusive': 4,
  environment: 3,
  memory: 3,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

const INTERRUPTIONS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

type InterruptionSignal = (typeof INTERRUPTIONS)[number];

/** A second Ctrl-C ends the process at once. npm and the launcher may pass on what came already. */
const IMPATIENCE_MS = 500;

/** What an interrupted command may take to end what it is doing. */
const GRACE_MS = 15_000;

/** What a failed command left open must not keep a pipeline waiting for longer. */
const LINGER_MS = 2_000;

class Interruption extends Error {
  readonly signal: InterruptionSignal;

  constructor(signal: InterruptionSignal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const words = process.argv.slice(2);
const debug = words.includes('--debug');
let progress: Progress | undefined;

for (const stream of [process.stdout, process.stderr]) {
  // A failed write rejects for its caller; without a listener the event would exit with 1, a failed gate.
  stream.on('error', () => {});
}
// Whatever way the process ends, the terminal is as it was.
process.on('exit', () => progress?.hide());
process.on('uncaughtException', (error) => process.exit(explain(error)));
process.exitCode = words.join(' ').match(/^(?:--version|-V)$/) ? await showVersion() : await main();
if (process.connected) {
  process.removeAllListeners('disconnect');
  process.disconnect();
}
setTimeout(() => leave('SIGTERM', process.exitCode), LINGER_MS).unref();

async function showVersion(): Promise<number> {
  await print(`${readVersion()}\n`);
  return EXIT.done;
}

async function main(): Promise<number> {
  const interrupt = listenForInterruption();
  try {
    const { runWords } = await import('./commands/run-words.ts');
    const outcome = await runWords(words, {
      host: () => createHost(interrupt),
      version: readVersion(),
      columns: terminalColumns(),
    });
    return EXIT[outcome.kind];
  } catch (error) {
    return explain(interrupt.aborted ? interrupt.reason : error);
  } finally {
    progress?.hide();
  }
}

async function createHost(signal: AbortSignal): Promise<ProcessHost> {
  await useProxies();
  const { createProgress } = await import('./app/progress.ts');
  const { readAvailableMemory } = await import('./engines/available-memory.ts');
  progress = createProgress({
    stream: process.stderr,
    bar: process.stderr.isTTY && !isPlain(process.env),
    now: () => performance.now(),
    time: (fromNowMs) => timeOfDay(new Date(Date.now() + fromNowMs)),
  });
  keepTerminalOverStops(progress);
  return {
    env: process.env,
    cwd: process.cwd(),
    words,
    stdin: process.stdin,
    columns: columnsOf(process.env['COLUMNS']),
    print,
    progress: progress.sink,
    signal,
    availableMemory: async () => (await readAvailableMemory()) ?? process.availableMemory(),
    evalkitVersion: readVersion(),
    nodeVersion: process.versions.node,
  };
}

/** As `15:42`, by the clock of the place. */
function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** A terminal that nobody gave a size says that it has none, as in some containers: so it is unknown. */
function terminalColumns(): number | undefined {
  const { columns } = process.stdout;
  return columns > 0 ? columns : undefined;
}

/** Of the terminal; where there is none, as many as the environment says. */
function columnsOf(named: string | undefined): number | undefined {
  return terminalColumns() ?? (/^[1-9]\d{0,3}$/.test(named ?? '') ? Number(named) : undefined);
}

/** All that is fetched goes through the proxies that the environment names. */
async function useProxies(): Promise<void> {
  const { proxySettings } = await import('./options/proxy.ts');
  const proxies = proxySettings(process.env);
  if (proxies !== undefined) {
    (await import('node:http')).setGlobalProxyFromEnv({ ...proxies });
  }
}

/** Whether the terminal, or the user, wants no escape sequences. */
function isPlain(env: NodeJS.ProcessEnv): boolean {
  return env['TERM'] === 'dumb' || (env['CI'] ?? '') !== '' || (env['NO_COLOR'] ?? '') !== '';
}

/** A reader that has gone, as `head` does, wants no more: that is no failure of the command. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) =>
      error == null || systemCode(error) === 'EPIPE' ? resolve() : reject(error),
    );
  });
}

/** Aborts on Ctrl-C and its like, and when the launcher that started us is gone. */
function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  let since: number | undefined;
  const stop = (signal: InterruptionSignal) => () => {
    if (since !== undefined && performance.now() - since > IMPATIENCE_MS) {
      leave(signal);
    }
    since ??= performance.now();
    setTimeout(leave, GRACE_MS, signal).unref();
    controller.abort(new Interruption(signal));
  };
  for (const signal of INTERRUPTIONS) {
    process.on(signal, stop(signal));
  }
  process.on('disconnect', stop('SIGTERM'));
  process.channel?.unref();
  return controller.signal;
}

/**
 * Ends the process at once. A file that is still waited for, as a pipe that nobody writes to, holds
 * even `process.exit`: then by the signal itself, which a shell shows as the same code.
 */
function leave(signal: InterruptionSignal, code: typeof process.exitCode = EXIT[signal]): void {
  progress?.hide();
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.exit(code);
}

/** Ctrl-Z gives the terminal to the shell, with its cursor; `fg` draws the bar again. */
function keepTerminalOverStops({ hide, redraw }: Progress): void {
  process.on('SIGTSTP', () => {
    hide();
    process.kill(process.pid, 'SIGSTOP');
  });
  process.on('SIGCONT', redraw);
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version }: { readonly version: string } = JSON.parse(text);
  return version;
}

function explain(error: unknown): number {
  progress?.hide();
  if (error instanceof Interruption) {
    process.stderr.write(
      'evalkit: interrupted; what is finished is kept, rerun the same command to resume\n',
    );
    return EXIT[error.signal];
  }
  const refused = systemFailure(error);
  const known = error instanceof EvalkitError || refused !== undefined;
  const text = visibleText(refused ?? (error instanceof Error ? error.message : String(error)));
  process.stderr.write(
    `evalkit: ${known ? text : `defect: ${text}; please report it with --debug`}\n`,
  );
  if (debug && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
    if (error.cause !== undefined) {
      process.stderr.write(`caused by: ${inspect(error.cause)}\n`);
    }
  }
  return error instanceof EvalkitError ? EXIT[error.kind] : EXIT.environment;
}
