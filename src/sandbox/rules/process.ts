import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { environmentError, type EvalkitError, usageError } from '../../records/error.ts';
import type { RuleOutcome } from '../../records/rule.ts';
import { visibleText } from '../../records/visible-text.ts';
import { cpuMsOf, Silence } from './silence.ts';
import { type RulesMessage, rulesMessageSchema, type RulesRequest } from './messages.ts';

/** How often the process is looked at. */
const WATCH_MS = 100;

type Trying = Extract<RulesMessage, { kind: 'trying' }>;

/** The same file as source in a checkout and as JavaScript in a package. */
const ENTRY = fileURLToPath(new URL(`rules-child${extname(import.meta.url)}`, import.meta.url));

/**
 * Has rules evaluated by a process that is thrown away afterwards. Throws a usage error that names
 * the rule where one cannot be used, and an environment error where no rule could.
 */
export async function askRulesProcess(
  request: RulesRequest,
  signal: AbortSignal,
): Promise<RuleOutcome[]> {
  const { silenceMs } = request.limits;
  const child = start(request, signal);
  const silence = new Silence(silenceMs, () => cpuMsOf(child.pid));
  let last: RulesMessage | undefined;
  let tried: Trying | undefined;
  let silent = false;
  const watchdog = setInterval(() => {
    if (silence.isTooLong()) {
      silent = true;
      child.kill('SIGKILL');
    }
  }, WATCH_MS);
  try {
    for await (const received of child.getEachMessage()) {
      silence.end();
      last = rulesMessageSchema.parse(received);
      tried = last.kind === 'trying' ? last : tried;
    }
    const ended = await child;
    signal.throwIfAborted();
    if (last?.kind === 'done') {
      return last.outcomes;
    }
    const how = silent
      ? `gave no answer for ${silenceMs} ms`
      : `ended its process (${ended.signal ?? `exit code ${ended.exitCode}`}), as a lack of memory does`;
    throw failure(last, tried, how);
  } finally {
    clearInterval(watchdog);
    child.kill('SIGKILL');
  }
}

function start(request: RulesRequest, signal: AbortSignal) {
  return execaNode(ENTRY, [], {
    // Rules see nothing of the environment, and neither does the process around them.
    env: {},
    extendEnv: false,
    cwd: dirname(ENTRY),
    // isolated-vm asks for it: Node's own snapshot does not fit its isolates.
    nodeOptions: ['--no-node-snapshot'],
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    reject: false,
    cancelSignal: signal,
    killSignal: 'SIGKILL',
    ipcInput: request,
  });
}

function failure(
  last: RulesMessage | undefined,
  tried: Trying | undefined,
  how: string,
): EvalkitError {
  if (last?.kind === 'unavailable') {
    return environmentError(
      `rules cannot be evaluated on this machine: isolated-vm does not load (${last.reason}); leave out --rule and --rules, or use a platform that it has a binary for`,
    );
  }
  if (tried === undefined) {
    return environmentError(
      `rules cannot be evaluated: their process ${how}; make sure that there is enough memory, and try again`,
    );
  }
  const where = tried.cell === undefined ? '' : ` on ${tried.cell}`;
  const why = last?.kind === 'refused' ? last.reason : how;
  return usageError(
    `rule ${visibleText(tried.rule)}${where}: ${visibleText(why)}; correct the rule`,
  );
}
