import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { CandidateFacts } from '../../gate/rule-facts.ts';
import { usageError } from '../../records/error.ts';
import { fileText } from '../../records/file-text.ts';
import type { RuleOutcome } from '../../records/rule.ts';
import { shortened } from '../../records/visible-text.ts';
import { checkRuleSyntax, evaluateRules, type RuleSource } from '../../sandbox/rules/rules.ts';
import type { Host } from '../host.ts';

/** How much of an expression names it. */
const NAME_CHARACTERS = 80;

/**
 * The rules of `--rule` and `--rules`, in this order, their syntax checked. Throws a usage error for
 * the first that cannot be read or is not a rule, before any record is read.
 */
export async function loadRules(
  { rule, rules }: { readonly rule: readonly string[]; readonly rules: readonly string[] },
  { cwd, signal }: Host,
): Promise<RuleSource[]> {
  const sources: RuleSource[] = [
    ...rule.map((text) => ({
      kind: 'expression' as const,
      name: shortened(text, NAME_CHARACTERS),
      text,
    })),
    ...rules.map((path) => ({
      kind: 'file' as const,
      name: basename(path),
      text: readRuleFile(path, cwd),
    })),
  ];
  await checkRuleSyntax(sources, { signal });
  return sources;
}

/** What rules say of a run's candidates; every failure to say so is a usage error. */
export async function askRules(
  sources: readonly RuleSource[],
  facts: readonly CandidateFacts[],
  { signal }: Host,
): Promise<RuleOutcome[]> {
  return sources.length === 0 ? [] : evaluateRules(sources, facts, { signal });
}

function readRuleFile(path: string, cwd: string): string {
  try {
    return fileText(readFileSync(resolve(cwd, path)));
  } catch (error) {
    throw usageError(`--rules ${path} cannot be read; name a JavaScript file`, error);
  }
}
