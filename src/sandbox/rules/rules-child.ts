import { getOneMessage, sendMessage } from 'execa';
import koffi from 'koffi';
import type { RuleOutcome } from '../../records/rule.ts';
import type * as RuleIsolate from './rule-isolate.ts';
import { type RulesMessage, type RulesRequest, rulesRequestSchema } from './messages.ts';

/*
 * The process that users' rules run in. An isolate keeps them from everything else in it, but not
 * from using it up: this process has limits of its own, and may end at any time.
 */

/** `RLIMIT_DATA` of Linux, in `bits/resource.h`. */
const RLIMIT_DATA = 2;

/**
 * Writable memory that the process may map, in bytes. Before any rule Node has mapped 0.6 GB, an
 * isolate maps 0.5 GB of room for its code, and the one before it may not be gone yet: the rest,
 * some 0.4 GB, is what a rule outruns the watch below with.
 */
const DATA_LIMIT = 2 * 2 ** 30;

/** A thread that fills memory takes about this long for 100 MB. */
const WATCH_MS = 50;

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const request = rulesRequestSchema.parse(await getOneMessage());
limitData();
watchMemory(request.limits.rssBytes);
await tell(await answer(request));
// Not an orderly exit: a rule's thread may still run.
process.kill(process.pid, 'SIGKILL');

/** Beyond the limit allocations fail, which ends this process and spares all others. */
function limitData(): void {
  if (process.platform === 'linux') {
    const setrlimit = koffi.load(null).func('int setrlimit(int resource, const uint64_t *limits)');
    setrlimit(RLIMIT_DATA, [DATA_LIMIT, DATA_LIMIT]);
  }
}

/** Rules run on a thread beside this one, which can therefore watch what they do. */
function watchMemory(rssBytes: number): void {
  setInterval(() => {
    if (process.memoryUsage.rss() > rssBytes) {
      process.kill(process.pid, 'SIGKILL');
    }
  }, WATCH_MS);
}

async function answer(asked: RulesRequest): Promise<RulesMessage> {
  // Not every platform has a binary of isolated-vm, and most runs have no rules.
  const isolates = await import('./rule-isolate.ts').catch(String);
  if (typeof isolates === 'string') {
    return { kind: 'unavailable', reason: isolates };
  }
  try {
    return { kind: 'done', outcomes: await tryRules(asked, isolates) };
  } catch (error) {
    if (error instanceof isolates.RuleFailure) {
      return { kind: 'refused', reason: error.message };
    }
    throw error;
  }
}

async function tryRules(
  { rules, limits, facts }: RulesRequest,
  { compileRules, runRules }: Pick<typeof RuleIsolate, 'compileRules' | 'runRules'>,
): Promise<RuleOutcome[]> {
  const outcomes: RuleOutcome[] = [];
  for (const source of rules) {
    await tell({ kind: 'trying', rule: source.name });
    await compileRules(source, limits);
  }
  for (const { cell, json } of facts ?? []) {
    const onTry = (rule: string): Promise<void> => tell({ kind: 'trying', rule, cell });
    for (const source of rules) {
      outcomes.push(...(await runRules(source, { cell, json, limits, onTry })));
    }
  }
  return outcomes;
}

function tell(message: RulesMessage): Promise<void> {
  return sendMessage(message);
}
