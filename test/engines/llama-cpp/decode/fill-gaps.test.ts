import { assert, nat, property, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gapsToFill } from '../../../../src/engines/llama-cpp/decode/fill-gaps.ts';

describe('idle sequences between working ones', () => {
  test.each([
    ['neighbours leave no gap', [3, 4, 5], []],
    ['a narrow gap between many is filled', [0, 1, 2, 4, 5, 6], [3]],
    ['two alone are cheaper by themselves, however near', [3, 5], []],
    ['a wide gap between a few is left', [0, 1, 30, 31], []],
    ['of two gaps the narrow one is filled', [0, 1, 2, 4, 5, 40, 41], [3]],
    ['nobody works, nothing is filled', [], []],
    ['alone, nothing is filled', [7], []],
  ])('%s', (_name, working, filled) => {
    expect([...gapsToFill(working)]).toEqual(filled);
  });

  test('what is filled is idle and lies between working ones', () => {
    const numbers = uniqueArray(nat(31), { minLength: 1 });
    assert(
      property(numbers, (chosen) => {
        const working = chosen.toSorted((one, other) => one - other);
        const ends = [working[0] ?? 0, working.at(-1) ?? 0] as const;
        return [...gapsToFill(working)].every(
          (number) => !working.includes(number) && number > ends[0] && number < ends[1],
        );
      }),
    );
  });
});
