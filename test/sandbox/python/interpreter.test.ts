import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { findInterpreter } from '../../../src/sandbox/python/interpreter.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import type { Sample, SandboxChoice } from '../../../src/sandbox/grader.ts';
import { usersOfWorker } from '../../../src/sandbox/common/users.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeSample } from '../sample.ts';

const env = process.env;
const options = { python: undefined, packages: [], env, user: usersOfWorker(0) };

/** A program that the samples' user may run too. */
function program(folder: string, source: string): string {
  const path = join(folder, 'python3');
  writeFileSync(path, `#!/bin/sh\n${source}\n`);
  chmodSync(folder, 0o755);
  chmodSync(path, 0o755);
  return path;
}

test('a shim script leads to the interpreter behind it', async () => {
  const { executable } = await findInterpreter(options);
  const shim = program(temporaryFolder(), `exec ${executable} "$@"`);
  expect(await findInterpreter({ ...options, python: shim })).toMatchObject({ executable });
});

test('a program that is not a Python is refused by name', async () => {
  const python = program(temporaryFolder(), 'echo hello');
  await expect(findInterpreter({ ...options, python })).rejects.toThrow(
    `--python ${python} does not start a Python; name an interpreter, 3.10 or newer`,
  );
});

test('on the path, what is not a Python is passed over', async () => {
  const folder = temporaryFolder();
  program(folder, 'exit 1');
  const found = await findInterpreter({ ...options, env: { ...env, PATH: `${folder}:/usr/bin` } });
  expect(found.executable).not.toContain(folder);
});

test('a package that is not installed is named', async () => {
  await expect(findInterpreter({ ...options, packages: ['no_such_package'] })).rejects.toThrow(
    /the package no_such_package is not installed for .*python3/,
  );
});

/** A virtual environment with two packages in it. */
async function environment(): Promise<string> {
  const { executable } = await findInterpreter(options);
  const folder = join(temporaryFolder(), 'venv');
  chmodSync(join(folder, '..'), 0o755);
  await execa(executable, ['-m', 'venv', '--without-pip', folder]);
  const [lib = ''] = readdirSync(join(folder, 'lib'));
  for (const name of ['allowed', 'denied']) {
    const home = join(folder, 'lib', lib, 'site-packages', name);
    mkdirSync(home);
    writeFileSync(join(home, '__init__.py'), 'ANSWER = 42\n');
    writeFileSync(join(home, 'late.py'), 'ANSWER = 42\n');
  }
  return join(folder, 'bin', 'python3');
}

function importing(name: string): Sample {
  return makeSample({
    prompt: 'def answer():\n    """From a package."""\n',
    completion: `    from ${name} import late\n    return late.ANSWER\n`,
    test: 'def check(candidate):\n    assert candidate() == 42\n',
    entryPoint: 'answer',
  });
}

test.each<SandboxChoice>(['l3', 'l2'])(
  'at %s a package can be imported that was allowed, and not the one beside it',
  async (level) => {
    const python = await environment();
    const packages = ['allowed'];
    await using sandbox = await openPythonSandbox({ level, python, packages, workers: 1, env });
    expect(sandbox.identity.identity['packages']).toEqual(['allowed (no version)']);
    const allowed = await sandbox.judge(importing('allowed'));
    expect(allowed).toEqual({ kind: 'verdict', outcome: { kind: 'passed' } });
    expect(await sandbox.judge(importing('denied'))).toMatchObject({
      outcome: { kind: 'failed', cause: 'exception' },
    });
  },
);

test.skipIf(options.user === undefined)(
  'an interpreter in a folder that samples may not enter is refused with the folder and what helps',
  async () => {
    const { executable } = await findInterpreter(options);
    const folder = temporaryFolder();
    const python = join(folder, 'python3');
    copyFileSync(executable, python);
    chmodSync(folder, 0o700);
    const refusal = `(${python}) lies in ${folder}, which the user that samples run as may not enter; install a Python elsewhere (as apt install python3), or let others pass with chmod o+x ${folder}`;
    await expect(findInterpreter({ ...options, python })).rejects.toThrow(refusal);
    const link = join(temporaryFolder(), 'python3');
    symlinkSync(python, link);
    await expect(findInterpreter({ ...options, python: link })).rejects.toThrow(refusal);
  },
);

test.skipIf(options.user === undefined)(
  'a virtual environment that samples may not enter leads to the interpreter behind it',
  async () => {
    const { executable } = await findInterpreter(options);
    const folder = temporaryFolder();
    await execa(executable, ['-m', 'venv', '--without-pip', folder]);
    chmodSync(folder, 0o700);
    const python = join(folder, 'bin', 'python3');
    expect(await findInterpreter({ ...options, python })).toMatchObject({ executable });
  },
);
