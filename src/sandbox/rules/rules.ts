import type { RuleOutcome } from '../../records/rule.ts';
import type { RuleLimits, RuleSource } from './messages.ts';
import { askRulesProcess } from './process.ts';

export type { RuleSource } from './messages.ts';

/** What rules see when they are asked about one cell. */
export interface RuleFacts {
  /** The cell's name in outcomes and errors. */
  readonly cell: string;
  /** Plain data with the fields `cell`, `cells`, `report` and, where there is one, `reference`. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface RuleSettings {
  readonly signal: AbortSignal;
  readonly limits?: RuleLimits;
}

/** A rule on one cell takes milliseconds, and the process without it 100 MB. */
const LIMITS: RuleLimits = {
  timeoutMs: 5_000,
  silenceMs: 20_000,
  heapMiB: 64,
  rssBytes: 384 * 2 ** 20,
};

/** Throws a usage error that names the first rule that is not a JavaScript of its form. Runs none. */
export async function checkRuleSyntax(
  rules: readonly RuleSource[],
  settings: RuleSettings,
): Promise<void> {
  await ask(rules, undefined, settings);
}

/**
 * Asks every rule about every cell, in order. A rule that throws, does not end, fills memory, gives
 * anything but true or false, or reads a missing metric is a usage error that names it.
 */
export async function evaluateRules(
  rules: readonly RuleSource[],
  facts: readonly RuleFacts[],
  settings: RuleSettings,
): Promise<RuleOutcome[]> {
  return ask(
    rules,
    facts.map(({ cell, facts: seen }) => ({ cell, json: JSON.stringify(seen) })),
    settings,
  );
}

async function ask(
  rules: readonly RuleSource[],
  facts: { cell: string; json: string }[] | undefined,
  { signal, limits = LIMITS }: RuleSettings,
): Promise<RuleOutcome[]> {
  if (rules.length === 0) {
    return [];
  }
  const request = { rules: [...rules], limits, ...(facts === undefined ? {} : { facts }) };
  return askRulesProcess(request, signal);
}
