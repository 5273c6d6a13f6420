import { expect, test } from 'vitest';
import { referenceCell, referenceOfReport } from '../../src/modes/reference-cell.ts';
import { sha256Text } from '../../src/records/hash.ts';
import type { Provenance } from '../../src/records/model.ts';
import type { CellPlan } from '../../src/records/plan.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { makeCell, makeHeader, makePlan } from '../fixtures/run.ts';

const PUBLISHED: Provenance = { kind: 'published', repo: 'a/b', revision: 'main', via: 'hub' };
const SIZES = { f16: 1_000, q8_0: 530, q4_k_m: 300 } as const;
type Label = keyof typeof SIZES;

function fileOf(label: Label, owner: string) {
  return { name: `${owner}-${label}.gguf`, sha256: sha256Text(owner + label), bytes: SIZES[label] };
}

function cellOf(
  label: Label,
  provenance: Provenance,
  changes: Partial<CellPlan> & { readonly base?: string } = {},
): CellPlan {
  const { base = 'tiny', ...rest } = changes;
  const model = {
    base,
    quantization: label,
    provenance,
    instruct: false,
    weights: { kind: 'file' as const, ...fileOf(label, provenance.kind) },
  };
  return makeCell({ id: `${base}:${label}/${rest.decode?.mode ?? 'greedy'}`, model, ...rest });
}

function madeFrom(label: Label, kind: 'quantized' | 'requantized'): Provenance {
  return {
    kind,
    from: { ...fileOf(label, 'published'), quantization: label },
    tool: 'llama.cpp v1',
  };
}

test('published weights of most bits are the reference, wherever they stand', () => {
  const cells = [cellOf('q4_k_m', PUBLISHED), cellOf('f16', PUBLISHED), cellOf('q8_0', PUBLISHED)];
  expect(referenceCell(cells).id).toBe('tiny:f16/greedy');
});

test('an f16 made from a q4_k_m is no nearer to the original than that q4_k_m', () => {
  const lossy = madeFrom('q4_k_m', 'requantized');
  const cells = [cellOf('f16', lossy), cellOf('q8_0', lossy), cellOf('q4_k_m', PUBLISHED)];
  expect(referenceCell(cells).id).toBe('tiny:q4_k_m/greedy');
  expect(referenceCell(cells.slice(0, 2)).id).toBe('tiny:f16/greedy');
  expect(referenceCell([...cells, cellOf('q8_0', PUBLISHED, { id: 'nearer' })]).id).toBe('nearer');
});

test('a file is nearer than what was made from it', () => {
  const cells = [cellOf('q8_0', madeFrom('f16', 'quantized')), cellOf('f16', { kind: 'local' })];
  expect(referenceCell(cells).id).toBe('tiny:f16/greedy');
});

test('of the same weights, greedy with an exact cache is the reference', () => {
  const decode = { mode: 'lookup', maxDraft: 8, ngramMin: 1, ngramMax: 3 } as const;
  const cells = [
    cellOf('f16', PUBLISHED, { decode }),
    cellOf('f16', PUBLISHED, { id: 'rounded', isRounded: true }),
    cellOf('f16', PUBLISHED),
  ];
  expect(referenceCell(cells).id).toBe('tiny:f16/greedy');
  expect(referenceCell(cells.slice(0, 2)).id).toBe('rounded');
});

test('another base is not a reference for the first, however many bits it has', () => {
  const cells = [cellOf('q4_k_m', PUBLISHED), cellOf('f16', PUBLISHED, { base: 'draft' })];
  expect(referenceCell(cells).id).toBe('tiny:q4_k_m/greedy');
});

test("a report's cells have the same reference as the plan's", () => {
  const cells = [cellOf('q4_k_m', PUBLISHED), cellOf('f16', madeFrom('q4_k_m', 'requantized'))];
  const report = summarize({
    header: makeHeader(makePlan({ cells })),
    completions: [],
    verdicts: [],
    sessions: [],
    incidents: [],
    timings: [],
  });
  expect(referenceOfReport(report.cells).id).toBe(referenceCell(cells).id);
});
