import { expect, test } from 'vitest';
import type { CellEvidence } from '../../src/compare/evidence.ts';
import { instructionWarnings } from '../../src/compare/instruction-sets.ts';

function evidence(id: string, instructions: string, quantized: number): CellEvidence {
  const audit = {
    quantized,
    skipped: [],
    bytes: 1,
    kernel: 'fbgemm',
    attention: 'sdpa',
    instructions,
    notes: [],
  };
  // Nothing else of a cell is looked at.
  return { id, report: { generation: { audit } } } as unknown as CellEvidence;
}

test('quantized weights on other instructions are warned of, whichever side is quantized', () => {
  const exact = evidence('exact', 'AVX2', 0);
  const here = evidence('here', 'AVX512 with VNNI', 14);
  expect(instructionWarnings(exact, here)).toEqual([
    "here: quantized weights were computed with on AVX512 with VNNI, the reference's on AVX2: kernels for few bits differ between instruction sets; measure both on one machine",
  ]);
  expect(instructionWarnings(here, exact)).toHaveLength(1);
  expect(instructionWarnings(here, evidence('there', 'AVX512 with VNNI', 14))).toEqual([]);
  expect(instructionWarnings(exact, evidence('other', 'AVX512', 0))).toEqual([]);
});
