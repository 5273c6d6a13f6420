import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConversion } from '../../../src/app/convert/check.ts';
import { convertFolder } from '../../../src/models/convert/convert.ts';
import type { Candidate } from '../../../src/models/convert/converter.ts';
import { makeModelSettings } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { hasPython, PYTHON, tinyFolders } from '../../models/convert/tiny-transformers.ts';

/** Converts a tiny model and checks it against what `change` makes of the candidate. */
async function convertAgainst(change: (candidate: Candidate) => Partial<Candidate>) {
  const cache = temporaryFolder();
  const folder = join(await tinyFolders(), 'qwen2');
  const { signal } = new AbortController();
  const tools = {
    torchPython: PYTHON,
    threads: 1,
    host: { env: process.env, cwd: cache, signal },
  };
  const settings = makeModelSettings(cache, {
    converter: {
      python: async () => PYTHON,
      check: async (candidate) => checkConversion({ ...candidate, ...change(candidate) }, tools),
    },
  });
  const made = convertFolder({ folder, name: 'tiny', item: 'tiny' }, undefined, settings);
  const error: unknown = await made.catch((thrown: unknown) => thrown);
  const left = readdirSync(join(cache, 'made'), { recursive: true, encoding: 'utf8' });
  return { error, left: left.filter((name) => /(?:gguf|partial)$/.test(name)) };
}

describe.runIf(hasPython)('a converted file is not used', () => {
  test('where the engine makes other tokens of a text', async () => {
    const { error, left } = await convertAgainst(({ tokens }) => ({
      tokens: [tokens[0]?.toSpliced(3, 1) ?? [], ...tokens.slice(1)],
    }));
    expect(error).toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/^tiny: the converted file is not used, since the text "def/),
    });
    expect(left).toEqual([]);
  });

  test("where log-probabilities are not transformers'", async () => {
    const other = join(await tinyFolders(), 'qwen2-yarn');
    const { error, left } = await convertAgainst(() => ({ folder: other }));
    expect(error).toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/not used, since log-probabilities .* more than the 0\.02/),
    });
    expect(left).toEqual([]);
  });
});
