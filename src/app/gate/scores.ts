import { resolve } from 'node:path';
import { decideScores, SCORE_LIMITS } from '../../gate/decide-scores.ts';
import { limitsOf } from '../../limits/given.ts';
import { LIMITS, marginOptions } from '../../limits/index.ts';
import { about, joined } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import type { PerplexityGate } from '../../records/perplexity-gate.ts';
import { splitRunName } from '../cell-name.ts';
import { chosenScores } from '../chosen-scores.ts';
import { wordsOf } from '../../store/kinds.ts';
import { readScores } from '../../store/score-store.ts';
import type { GateOptions } from './options.ts';

/** What a gate takes beside its limits and holds against verdicts. */
const ON_VERDICTS = ['baseline', 'rule', 'rules'] as const;

/**
 * The gate's decision on a folder of scores. Throws a usage error where nothing is asked that scores
 * can answer, and for everything that is asked and they cannot: a limit is never left out in silence.
 */
export function runScoresGate(run: string, options: GateOptions, cwd: string): PerplexityGate {
  const name = splitRunName(run, cwd);
  refuseUnanswered(name.run, options);
  return decideScores(chosenScores(name, readScores(resolve(cwd, name.run))), {
    limits: limitsOf(options),
    allowLossyReference: options.allowLossyReference,
  });
}

function refuseUnanswered(run: string, options: GateOptions): void {
  const given: ReadonlyMap<string, unknown> = new Map(Object.entries(options));
  const isGiven = ({ name }: { readonly name: string }) => given.get(name) !== undefined;
  const what = `${run} holds ${wordsOf('perplexity')}`;
  const held = joined(SCORE_LIMITS, ', ');
  if (!SCORE_LIMITS.some(isGiven)) {
    throw usageError(
      about`${what}, where no pass rate was measured: what a gate can decide on is how far each model is from the reference, by ${held}`,
    );
  }
  const limits = LIMITS.filter(
    (limit) => isGiven(limit) && !limit.isOnScores && !isMarginOfConfig(limit.name, options),
  );
  const others = ON_VERDICTS.filter((name) => (options[name] ?? []).length > 0);
  const refused = [...limits, ...others.map((name) => ({ name }))];
  if (refused.length > 0) {
    throw usageError(
      about`${what}, of which a gate decides by ${held} alone, against the reference they were scored with; leave out ${joined(refused, ', ')}`,
    );
  }
}

/** A config file's margin is for runs, and stands there whatever is decided on; the report says so. */
function isMarginOfConfig(name: string, { origins }: GateOptions): boolean {
  return name in marginOptions && origins.has(name);
}
