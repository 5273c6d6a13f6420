import { expect, test } from 'vitest';
import { auditFacts } from '../../../src/report/words/audit.ts';

const AUDIT = {
  quantized: 168,
  skipped: [{ reason: 'the output layer, which stays as it is', modules: 1, example: 'lm_head' }],
  bytes: 496_000_000,
  kernel: 'torch int4pack, groups of 128, bfloat16',
  attention: 'sdpa',
  instructions: 'AVX512 with VNNI and bf16',
  notes: ['it took long'],
};

test('what loading came to is told with every layer that stayed as it was', () => {
  expect(auditFacts(AUDIT)).toEqual([
    [
      'loaded as',
      'torch int4pack, groups of 128, bfloat16, attention sdpa, on AVX512 with VNNI and bf16',
    ],
    [
      'quantized',
      '168 of 169 layers (1 not: the output layer, which stays as it is, as lm_head), 496 MB in memory',
    ],
    ['note', 'it took long'],
  ]);
  expect(auditFacts({ ...AUDIT, quantized: 0, skipped: [], notes: [] })[1]).toEqual([
    'quantized',
    'nothing, 496 MB in memory',
  ]);
  expect(auditFacts(undefined)).toEqual([]);
});
