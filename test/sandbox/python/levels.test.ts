import { writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { EvalkitError } from '../../../src/records/error.ts';
import { findBubblewrap } from '../../../src/sandbox/common/bubblewrap.ts';
import { MECHANISMS, type Mechanism } from '../../../src/sandbox/python/mechanisms.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import type { GraderIdentity, SandboxChoice, SandboxLevel } from '../../../src/sandbox/grader.ts';
import { usersOfWorker } from '../../../src/sandbox/common/users.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeSample } from '../sample.ts';

const CHILD = fileURLToPath(new URL('identity-child.ts', import.meta.url));
const IS_ROOT = usersOfWorker(0) !== undefined;
const ORDINARY_USER = 1_234;

const env = process.env;

async function identityWithout(missing: Mechanism, level: SandboxChoice): Promise<GraderIdentity> {
  const keep = (of: SandboxLevel) => MECHANISMS[of].filter((mechanism) => mechanism !== missing);
  const mechanisms = { L1: keep('L1'), L2: keep('L2'), L3: keep('L3') };
  await using sandbox = await openPythonSandbox({ level, workers: 1, env, mechanisms });
  return sandbox.identity;
}

/** The identity that another program's child arrives at, or its refusal. */
async function identityUnder(
  command: readonly string[],
  options: { readonly user?: number; readonly level?: SandboxChoice; readonly path?: string } = {},
): Promise<GraderIdentity & { readonly refused?: string }> {
  const node = [process.execPath, CHILD, options.level ?? 'auto'];
  const [program = '', ...rest] = [...command, ...node];
  const result = await execa(program, rest, {
    env: { PATH: options.path ?? env['PATH'] },
    extendEnv: false,
    ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
  });
  return JSON.parse(result.stdout);
}

describe('with everything there', () => {
  test('the level is L3, and every denial was seen', async () => {
    await using sandbox = await openPythonSandbox({ level: 'auto', workers: 1, env });
    expect(sandbox.identity).toMatchObject({ level: 'L3', missed: [] });
    expect(sandbox.identity.denials).not.toContainEqual(
      expect.objectContaining({ isDenied: false }),
    );
    expect(sandbox.identity.mechanisms).toEqual(
      MECHANISMS.L3.filter((mechanism) => mechanism !== 'user' || IS_ROOT),
    );
  });

  test('L2 is to be had by asking for it', async () => {
    await using sandbox = await openPythonSandbox({ level: 'l2', workers: 1, env });
    expect(sandbox.identity).toMatchObject({ level: 'L2', missed: [] });
    expect(sandbox.identity.mechanisms).not.toContain('bubblewrap');
  });

  test('unsafe is L1, and says what it does not deny', async () => {
    await using sandbox = await openPythonSandbox({ level: 'unsafe', workers: 1, env });
    expect(sandbox.identity).toMatchObject({ level: 'L1', mechanisms: ['limits'] });
    const allowed = sandbox.identity.denials.filter(({ isDenied }) => !isDenied);
    expect(allowed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['read a file', 'write a file', 'connect', 'fork', 'run a program']),
    );
  });
});

describe('with one mechanism taken away', () => {
  test('without bubblewrap the level is L2', async () => {
    expect(await identityWithout('bubblewrap', 'l2')).toMatchObject({ level: 'L2' });
    const path = (env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '/usr/bin' && folder !== '/bin');
    const identity = await identityUnder([], { path: path.join(delimiter) });
    expect(identity).toMatchObject({ level: 'L2', missed: [expect.stringContaining('bwrap')] });
  });

  test.each([
    ['limits', /a sample can take more memory/],
    ['no-new-privileges', /not permitted|Permission denied/],
    ['landlock', /a sample can read a file/],
    ['seccomp', /a sample can .*fork/],
  ] as const)('without %s L2 is refused', async (mechanism, reason) => {
    const opening = identityWithout(mechanism, 'l2');
    await expect(opening).rejects.toThrow(EvalkitError);
    await expect(opening).rejects.toThrow(reason);
    await expect(opening).rejects.toThrow(/--sandbox unsafe/);
  });

  test.runIf(IS_ROOT)('as root without another user to become, L2 is refused', async () => {
    await expect(identityWithout('user', 'l2')).rejects.toThrow(/a sample can be root|be root/);
  });

  test('without seccomp L3 is refused', async () => {
    await expect(identityWithout('seccomp', 'l3')).rejects.toThrow(/a sample can .*fork/);
  });
});

describe.runIf(IS_ROOT)('as others', () => {
  test('an ordinary user gets L3', async () => {
    const identity = await identityUnder([], { user: ORDINARY_USER });
    expect(identity).toMatchObject({ level: 'L3', missed: [] });
    expect(identity.mechanisms).not.toContain('user');
  });

  test('an ordinary user without user namespaces gets L2, and is told why', async () => {
    const bwrap = (await findBubblewrap(env)) ?? '';
    const nested = ['--dev-bind', '/', '/', '--unshare-user', '--disable-userns', '--'];
    const identity = await identityUnder([bwrap, ...nested], { user: ORDINARY_USER });
    expect(identity).toMatchObject({
      level: 'L2',
      missed: [expect.stringMatching(/namespace/)],
    });
    const refused = await identityUnder([bwrap, ...nested], { user: ORDINARY_USER, level: 'l3' });
    expect(refused.refused).toMatch(/no sandbox that hostile code cannot leave \(L3: bwrap: /);
  });

  test('a root that cannot become anybody else is told to be an ordinary user', async () => {
    const identity = await identityUnder(['unshare', '--user', '--map-root-user']);
    expect(identity.refused).toMatch(/never run as root.*ordinary user/);
  });
});

test('what lies in the working folder and in PYTHONPATH is not imported', async () => {
  const folder = temporaryFolder();
  for (const name of ['json.py', 'random.py', 'usercustomize.py', 'sitecustomize.py', 'wire.py']) {
    writeFileSync(`${folder}/${name}`, 'raise SystemExit("planted")\n');
  }
  writeFileSync(`${folder}/planted.pth`, 'import sys; sys.exit("planted")\n');
  const result = await execa(process.execPath, [CHILD, 'auto'], {
    cwd: folder,
    env: { PATH: env['PATH'], PYTHONPATH: folder, PYTHONUSERBASE: folder, PYTHONSTARTUP: folder },
    extendEnv: false,
  });
  expect(JSON.parse(result.stdout)).toMatchObject({ level: 'L3' });
});

test.each(['l3', 'l2'] as const)('modules of the library import late at %s', async (level) => {
  await using sandbox = await openPythonSandbox({ level, workers: 1, env });
  const sample = makeSample({
    prompt: 'def modules():\n    """Some modules that nothing has imported yet."""\n',
    completion:
      '    import sqlite3, lzma, bz2, ssl, ctypes, asyncio, unittest.mock, xml.dom.minidom, uuid\n' +
      '    import threading\n' +
      '    thread = threading.Thread(target=int)\n' +
      '    thread.start()\n' +
      '    thread.join()\n' +
      '    return sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0]\n',
    test: 'def check(candidate):\n    assert candidate() == 42\n',
    entryPoint: 'modules',
  });
  expect(await sandbox.judge(sample)).toEqual({ kind: 'verdict', outcome: { kind: 'passed' } });
});
