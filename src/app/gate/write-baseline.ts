import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeOutput } from '../../files/write-output.ts';
import type { CellEvidence } from '../../compare/evidence.ts';
import { baselineOfCell } from '../../gate/baseline-of-cell.ts';
import type { BaselineOptions } from './baseline-options.ts';
import { LIMITS } from '../../limits/index.ts';
import { limitsOf } from '../../limits/given.ts';
import type { Baseline } from '../../records/baseline.ts';
import { environmentError, usageError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { SuitesBaseline } from '../../records/suites.ts';
import { percent } from '../../report/words/words.ts';
import type { Host } from '../host.ts';
import { suiteRuns } from '../suite-runs.ts';
import { loadReference, loadReferences } from './load-evidence.ts';

/** Writes the file, whole or not at all, and says in words what is in it. */
export async function writeBaseline(options: BaselineOptions, host: Host): Promise<string> {
  const path = resolve(host.cwd, options.out);
  const suites = suiteRuns(options.run, host.cwd);
  if (suites === undefined) {
    const evidence = evidenceOf(options.run, { options, host });
    const former = isFile(path) ? loadReference(path, host).baseline : undefined;
    const baseline = baselineOf(evidence, former, { options, host });
    await write(path, baseline, host);
    return describe(baseline, options.out, former?.limits);
  }
  const names = suites.map(({ name }) => name);
  const found = suites.map(({ name, run }) => ({ name, of: evidenceOf(run, { options, host }) }));
  const formers = isFile(path) ? loadReferences(path, names, host) : undefined;
  const written = found.map(({ name, of }) => {
    const former = formers?.get(name)?.baseline;
    return { name, former, baseline: baselineOf(of, former, { options, host }) };
  });
  const file: SuitesBaseline = {
    kind: 'evalkit-baselines',
    version: 2,
    suites: Object.fromEntries(written.map(({ name, baseline }) => [name, baseline])),
  };
  await write(path, file, host);
  return written
    .map(({ name, former, baseline }) =>
      describe(baseline, `${options.out} (${name})`, former?.limits),
    )
    .join('');
}

interface Command {
  readonly options: BaselineOptions;
  readonly host: Host;
}

/** What a run says; before the file that is there is looked at, which may be a damaged one. */
function evidenceOf(run: string, { options, host }: Command): CellEvidence {
  const { evidence, baseline } = loadReference(run, { cwd: host.cwd, metric: options.metric });
  if (baseline !== undefined) {
    throw usageError(`${run} is a baseline already; name a run's folder`);
  }
  return evidence;
}

function baselineOf(
  evidence: CellEvidence,
  former: Baseline | undefined,
  { options, host }: Command,
): Baseline {
  return baselineOfCell(evidence, {
    evalkit: host.evalkitVersion,
    limits: limitsOf(options, former?.limits),
  });
}

async function write(path: string, content: object, { signal }: Host): Promise<void> {
  try {
    await writeOutput(path, `${JSON.stringify(content, null, 2)}\n`, signal);
  } catch (error) {
    throw environmentError(`cannot write ${path}: ${reasonOf(error)}; name another --out`, error);
  }
}

/** Not what else may be written to: a pipe that is asked for its former limits never answers. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
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
