import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const MODULE = fileURLToPath(new URL('../../src/store/jsonl-file.ts', import.meta.url));

/** Appends records until the system takes no more; prints what was thrown. */
const APPEND = `
  const { JsonlAppender } = await import(process.argv[1]);
  const appender = new JsonlAppender(process.argv[2]);
  try {
    for (let number = 0; number < 1000; number += 1) appender.append({ number });
  } catch (error) {
    console.log(JSON.stringify({ kind: error.kind, message: error.message }));
  }
`;

test('a file that can grow no more is an environment error that names it', async () => {
  const path = join(temporaryFolder(), 'records.jsonl');
  const node = [process.execPath, '--input-type=module', '-e', APPEND, MODULE, path];
  const { stdout } = await execa('bash', ['-c', 'ulimit -f 1; exec "$@"', 'bash', ...node]);
  expect(JSON.parse(stdout)).toEqual({
    kind: 'environment',
    message: `cannot write ${path} (EFBIG: file too large, write); free some space and rerun the same command to resume`,
  });
  // Half a line would spoil the next one.
  const text = readFileSync(path, 'utf8');
  expect(text).toHaveLength(1012);
  expect(text.endsWith('}\n')).toBe(true);
});
