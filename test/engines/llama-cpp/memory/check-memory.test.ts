import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFileFits } from '../../../../src/engines/llama-cpp/memory/check-memory.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

/** Three parts, the last of which is larger than any machine's memory, and takes no room. */
function makeParts(): string {
  const folder = temporaryFolder();
  const paths = ['1', '2', '3'].map((part) => join(folder, `model-0000${part}-of-00003.gguf`));
  for (const path of paths) {
    writeFileSync(path, 'GGUF');
  }
  truncateSync(paths[2] ?? '', 8e12);
  return paths[0] ?? '';
}

test('all parts of a split model count', async () => {
  await expect(checkFileFits(makeParts(), 0)).rejects.toMatchObject({
    kind: 'memory',
    message: expect.stringMatching(
      /00001-of-00003\.gguf does not fit .* need 8 TB and .* available/,
    ),
  });
});

test('with layers on a GPU nothing is refused beforehand', async () => {
  await expect(checkFileFits(makeParts(), 1)).resolves.toBeUndefined();
});
