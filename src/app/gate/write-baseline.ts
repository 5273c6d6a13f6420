import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { baselineOfCell } from '../../gate/baseline-of-cell.ts';
import type { BaselineOptions } from './baseline-options.ts';
import { LIMITS } from '../../limits/index.ts';
import { limitsOf } from '../../limits/given.ts';
import type { Baseline } from '../../records/baseline.ts';
import { environmentError, usageError } from '../../records/error.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import { percent } from '../../report/words/words.ts';
import type { Host } from '../host.ts';
import { loadReference } from './load-evidence.ts';

/** Writes the file, whole or not at all, and says in words what is in it. */
export async function writeBaseline(options: BaselineOptions, host: Host): Promise<string> {
  const { evidence, baseline: given } = loadReference(options.run, host.cwd);
  if (given !== undefined) {
    throw usageError(`${options.run} is a baseline already; name a run's folder`);
  }
  const path = resolve(host.cwd, options.out);
  const former = existsSync(path) ? loadReference(path, host.cwd).baseline : undefined;
  const baseline = baselineOfCell(evidence, {
    evalkit: host.evalkitVersion,
    limits: limitsOf(options, former?.limits),
  });
  try {
    await writeFileAtomic(path, `${JSON.stringify(baseline, null, 2)}\n`);
  } catch (error) {
    throw environmentError(`cannot write ${path}: ${String(error)}; name another --out`, error);
  }
  return describe(baseline, options.out, former?.limits);
}

function describe({ cell, passAt1, limits }: Baseline, out: string, former?: GateLimits): string {
  const { passed, total, estimate, ci95 } = passAt1;
  return [
    `${out}: ${cell.id}, pass@1 ${percent(estimate)} (95 % interval ${percent(ci95[0])} to ${percent(ci95[1])}, ${passed} of ${total})`,
    ...LIMITS.flatMap(({ name }) => limitText(name, limits, former)),
    '',
  ].join('\n');
}

/** One limit, and what it was before in the same file. */
function limitText(name: string, limits: GateLimits, former?: GateLimits): string[] {
  const value = limits[name];
  const before = former === undefined ? value : former[name];
  if (value === undefined && before === undefined) {
    return [];
  }
  const change = before === value ? '' : ` (was ${before ?? 'not set'})`;
  return [`  ${name}: ${value ?? 'not set'}${change}`];
}
