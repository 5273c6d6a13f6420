import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import yargs from 'yargs';
import { z } from 'zod';
import type { Outcome, ProcessHost } from './app/host.ts';
import { globalOptions } from './app/common-options.ts';
import { yargsCommand, yargsOption } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { createProgress } from './app/progress.ts';
import { systemFailure } from './app/system-failure.ts';
import { readAvailableMemory } from './engines/available-memory.ts';
import { proxySettings } from './options/proxy.ts';
import { refuseSwitchValues, wordsError } from './commands/word-errors.ts';
import { EvalkitError } from './records/error.ts';

const EXIT = {
  done: 0,
  usage: 2,
  incomplete: 3,
  'gate-failed': 1,
  'gate-inconclusive': 4,
  environment: 3,
  memory: 3,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** A second Ctrl-C after this long ends the process at once. */
const IMPATIENCE_MS = 1_000;

/** What the parser finds wrong with the words. */
class WordsProblem extends Error {}

class Interruption extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

for (const stream of [process.stdout, process.stderr]) {
  // A failed write rejects for its caller; without a listener the event would exit with 1, a failed gate.
  stream.on('error', () => {});
}
const proxies = proxySettings(process.env);
if (proxies !== undefined) {
  (await import('node:http')).setGlobalProxyFromEnv({ ...proxies });
}
process.exitCode = await main(process.argv.slice(2));
if (process.connected) {
  process.disconnect();
}

async function main(words: readonly string[]): Promise<number> {
  const debug = words.includes('--debug');
  const interrupt = listenForInterruption();
  let outcome: Outcome = { kind: 'done' };
  try {
    await refuseSwitchValues(words, COMMANDS);
    await parser(words, createHost(interrupt), (ended) => {
      outcome = ended;
    }).parseAsync();
    return EXIT[outcome.kind];
  } catch (error) {
    const told =
      error instanceof WordsProblem ? await wordsError(error.message, words, COMMANDS) : error;
    return explain(interrupt.aborted ? interrupt.reason : told, debug);
  }
}

function parser(words: readonly string[], host: ProcessHost, finish: (outcome: Outcome) => void) {
  return yargs([...words])
    .scriptName('evalkit')
    .usage('$0 <command> [options]')
    .command(COMMANDS.map((command) => yargsCommand(command, { host, finish })))
    .demandCommand(1)
    .strict()
    .recommendCommands()
    .option('config', { ...yargsOption(globalOptions.config), requiresArg: true })
    .option('debug', yargsOption(globalOptions.debug))
    .version(version)
    .alias({ help: 'h', version: 'V' })
    .wrap(Math.min(process.stdout.columns ?? 100, 100))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw error === undefined || error.name === 'YError' ? new WordsProblem(message) : error;
    });
}

function createHost(signal: AbortSignal): ProcessHost {
  const plain = process.env['CI'] !== undefined || process.env['NO_COLOR'] !== undefined;
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    print: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => (error == null ? resolve() : reject(error)));
      }),
    progress: createProgress({
      stream: process.stderr,
      bar: process.stderr.isTTY && !plain,
      now: () => performance.now(),
    }),
    signal,
    availableMemory: async () => (await readAvailableMemory()) ?? process.availableMemory(),
    evalkitVersion: version,
    nodeVersion: process.versions.node,
  };
}

/** Aborts on SIGINT, on SIGTERM, and when the launcher that started us is gone. */
function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  let since: number | undefined;
  const stop = (signal: 'SIGINT' | 'SIGTERM') => () => {
    if (since !== undefined && performance.now() - since > IMPATIENCE_MS) {
      process.exit(EXIT[signal]);
    }
    since ??= performance.now();
    controller.abort(new Interruption(signal));
  };
  process.on('SIGINT', stop('SIGINT'));
  process.on('SIGTERM', stop('SIGTERM'));
  process.on('disconnect', stop('SIGTERM'));
  process.channel?.unref();
  return controller.signal;
}

function explain(error: unknown, debug: boolean): number {
  if (error instanceof Interruption) {
    process.stderr.write(
      'evalkit: interrupted; what is finished is kept, rerun the same command to resume\n',
    );
    return EXIT[error.signal];
  }
  const refused = systemFailure(error);
  const known = error instanceof EvalkitError || refused !== undefined;
  const text = refused ?? (error instanceof Error ? error.message : String(error));
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
