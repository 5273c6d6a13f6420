import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import yargs from 'yargs';
import { z } from 'zod';
import { benchCommand } from './commands/bench.ts';
import { Config } from './app/config.ts';
import { compareCommand } from './commands/compare.ts';
import { baselineCommand } from './commands/baseline.ts';
import { doctorCommand } from './commands/doctor.ts';
import { gateCommand } from './commands/gate.ts';
import type { Host, Outcome } from './app/host.ts';
import { humanevalCommand } from './commands/humaneval.ts';
import { judgeCommand } from './commands/judge.ts';
import { perplexityCommand } from './commands/perplexity.ts';
import { modelsCommand } from './commands/models.ts';
import { createProgress } from './app/progress.ts';
import { presetCommand } from './commands/preset.ts';
import { quantizeCommand } from './commands/quantize.ts';
import { reportCommand } from './commands/report.ts';
import { systemFailure } from './app/system-failure.ts';
import { readAvailableMemory } from './engines/available-memory.ts';
import { EvalkitError, usageError } from './records/error.ts';

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
  // A write that fails says so to whoever wrote; unheard, the event would end us with a failed gate's 1.
  stream.on('error', () => {});
}
process.exitCode = await main(process.argv.slice(2));
if (process.connected) {
  process.disconnect();
}

async function main(words: readonly string[]): Promise<number> {
  const debug = words.includes('--debug');
  const interrupt = listenForInterruption();
  const config = new Config(process.cwd(), process.env);
  let outcome: Outcome = { kind: 'done' };
  try {
    await parser(words, createHost(interrupt, config), (ended) => {
      outcome = ended;
    }).parseAsync();
    return EXIT[outcome.kind];
  } catch (error) {
    return explain(interrupt.aborted ? interrupt.reason : error, { debug, config });
  }
}

function parser(words: readonly string[], host: Host, finish: (outcome: Outcome) => void) {
  return yargs([...words])
    .scriptName('evalkit')
    .usage('$0 <command> [options]')
    .command(humanevalCommand(host, finish))
    .command(benchCommand(host, finish))
    .command(doctorCommand(host, finish))
    .command(judgeCommand(host, finish))
    .command(perplexityCommand(host, finish))
    .command(presetCommand(host, finish))
    .command(reportCommand(host, finish))
    .command(baselineCommand(host, finish))
    .command(compareCommand(host, finish))
    .command(gateCommand(host, finish))
    .command(modelsCommand(host, finish))
    .command(quantizeCommand(host, finish))
    .demandCommand(1, 'no command given; see evalkit --help')
    .strict()
    .recommendCommands()
    .option('config', {
      type: 'string',
      requiresArg: true,
      describe: 'File with settings (default evalkit.config.yaml; --no-config: none)',
    })
    .option('debug', { type: 'boolean', describe: 'Show a stack trace with an error' })
    .version(version)
    .alias({ help: 'h', version: 'V' })
    .wrap(Math.min(process.stdout.columns ?? 100, 100))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // Some of yargs' messages run over several lines.
      throw error ?? usageError(message.replace(/\s+/g, ' '));
    });
}

function createHost(signal: AbortSignal, config: Config): Host {
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
    readConfig: (typed) => config.read(typed),
    catalogue: () => config.catalogue(),
    section: (name, typed) => config.section(name, typed),
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

function explain(
  error: unknown,
  { debug, config }: { readonly debug: boolean; readonly config: Config },
): number {
  if (error instanceof Interruption) {
    process.stderr.write(
      'evalkit: interrupted; what is finished is kept, the same command goes on\n',
    );
    return EXIT[error.signal];
  }
  const refused = systemFailure(error);
  const known = error instanceof EvalkitError || refused !== undefined;
  const text = refused ?? (error instanceof Error ? error.message : String(error));
  process.stderr.write(
    `evalkit: ${known ? `${text}${config.origins(text)}` : `defect: ${text}; please report it with --debug`}\n`,
  );
  if (debug && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
    if (error.cause !== undefined) {
      process.stderr.write(`caused by: ${inspect(error.cause)}\n`);
    }
  }
  return error instanceof EvalkitError ? EXIT[error.kind] : EXIT.environment;
}
