import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { evidenceOfBaseline } from '../../gate/baseline-evidence.ts';
import { type CellEvidence, comparableCells, evidenceOfRun } from '../../compare/evidence.ts';
import { limitProblem } from '../../limits/index.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { type Baseline, baselineSchema } from '../../records/baseline.ts';
import { usageError } from '../../records/error.ts';
import type { CellPlan } from '../../records/plan.ts';
import { visibleText } from '../../records/visible-text.ts';
import { upgradeBaseline } from '../../store/upgrade.ts';
import { readRun, type RunRecords } from '../../store/run-store.ts';

/** A reference with the limits that its file keeps, if it is a file. */
export interface LoadedReference {
  readonly evidence: CellEvidence;
  readonly baseline: Baseline | undefined;
}

/** Reads `RUN`, `RUN#cell` or a baseline file: of a run without a cell, its reference cell. */
export function loadReference(text: string, cwd: string): LoadedReference {
  const path = resolve(cwd, text);
  if (existsSync(path) && statSync(path).isFile()) {
    const baseline = readBaseline(path, text);
    return { evidence: evidenceOfBaseline(baseline, text), baseline };
  }
  const { records, name, cell } = loadRun(text, cwd);
  const chosen = cell ?? referenceCell(comparableCells(records.header.plan));
  return { evidence: evidenceOfRun(records, chosen, name), baseline: undefined };
}

/** The cells that `RUN` or `RUN#cell` names; a run stands for all its cells but noise-floor ones. */
export function loadCandidates(text: string, cwd: string): CellEvidence[] {
  const { records, name, cell } = loadRun(text, cwd);
  const cells = cell === undefined ? comparableCells(records.header.plan) : [cell];
  return cells.map((each) => evidenceOfRun(records, each, name));
}

function loadRun(
  text: string,
  cwd: string,
): { readonly records: RunRecords; readonly name: string; readonly cell: CellPlan | undefined } {
  const mark = text.lastIndexOf('#');
  if (mark === -1 || existsSync(resolve(cwd, text))) {
    return { records: readRun(resolve(cwd, text)), name: text, cell: undefined };
  }
  const [name, id] = [text.slice(0, mark), text.slice(mark + 1)];
  const records = readRun(resolve(cwd, name));
  const cell = records.header.plan.cells.find((each) => each.id === id);
  if (cell === undefined) {
    const ids = records.header.plan.cells.map((each) => each.id).join(', ');
    throw usageError(`${name} has no cell ${id}; its cells are ${ids}`);
  }
  return { records, name, cell };
}

function readBaseline(path: string, text: string): Baseline {
  const { data, error } = baselineSchema.safeParse(upgradeBaseline(readJson(path)));
  // A limit of another version would be left out in silence.
  if (data !== undefined && limitProblem(data.limits) === undefined) {
    return data;
  }
  const damage = error?.issues.find(({ code }) => code === 'custom');
  throw usageError(
    damage === undefined
      ? `${text} is not a baseline that this version of evalkit can read; write one with evalkit baseline write`
      : `${text} is damaged: ${visibleText(damage.message)}; write it anew with evalkit baseline write`,
    error,
  );
}

/** `undefined` for what is no JSON. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
