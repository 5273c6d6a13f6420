import { closeSync, openSync, readdirSync, statSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { systemFailure } from '../../src/app/system-failure.ts';
import { BIN } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('what the system refuses is one line with the call, the path and the code', () => {
  const circle = join(temporaryFolder(), 'circle');
  symlinkSync(circle, circle);
  expect(systemFailure(thrownBy(() => readdirSync(circle)))).toMatch(
    /^the system refused scandir .*circle: too many symbolic links encountered \(ELOOP\); /,
  );
  expect(systemFailure(thrownBy(() => statSync(`/${'x'.repeat(300)}`)))).toMatch(
    /^the system refused stat \/x{300}: name too long \(ENAMETOOLONG\); /,
  );
  const full = openSync('/dev/full', 'w');
  expect(systemFailure(thrownBy(() => writeSync(full, 'x')))).toMatch(
    /^the system refused write: no space left on device \(ENOSPC\); /,
  );
  closeSync(full);
});

test('a program that is not there is named once', async () => {
  const { cause } = await execa('/nonexistent/program', { reject: false });
  expect(systemFailure(cause)).toMatch(
    /^the system refused spawn \/nonexistent\/program: ENOENT; /,
  );
});

test('a defect of ours stays one', () => {
  expect(systemFailure(new TypeError('x is undefined'))).toBeUndefined();
  expect(systemFailure(thrownBy(() => new URL('no address')))).toBeUndefined();
  expect(systemFailure(thrownBy(() => closeSync(1_000_000)))).toBeUndefined();
});

test('an output that takes no more is exit 3 and one line', async () => {
  const words = ['-c', 'exec "$@" > /dev/full', 'bash', process.execPath, BIN, 'models'];
  const cwd = temporaryFolder();
  const env = { EVALKIT_CACHE: join(cwd, 'cache') };
  const { exitCode, stderr } = await execa('bash', words, { cwd, env, reject: false });
  expect(stderr).toMatch(
    /^evalkit: the system refused write: no space left on device \(ENOSPC\); .*$/,
  );
  expect(exitCode).toBe(3);
});
