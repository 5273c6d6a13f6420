import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { tryOutput, writeOutput } from '../../src/files/write-output.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;

async function* failing(): AsyncGenerator<string> {
  yield 'half of ';
  throw new Error('no more');
}

test('a file is made, with nothing beside it', async () => {
  const folder = temporaryFolder();
  await writeOutput(join(folder, 'o'), 'text');
  expect(readFileSync(join(folder, 'o'), 'utf8')).toBe('text');
  expect(readdirSync(folder)).toEqual(['o']);
});

test('a file is replaced whole or not at all, and keeps its mode', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'o');
  writeFileSync(path, 'before');
  chmodSync(path, 0o640);
  await expect(writeOutput(path, failing())).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('before');
  await writeOutput(path, 'after');
  expect(readFileSync(path, 'utf8')).toBe('after');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['o']);
});

test.runIf(isRoot)('a replaced file keeps its owner', async () => {
  const path = join(temporaryFolder(), 'o');
  writeFileSync(path, '');
  execFileSync('chown', ['1234:2345', path]);
  await writeOutput(path, 'after');
  expect(statSync(path)).toMatchObject({ uid: 1234, gid: 2345 });
});

test('the other name of a file with two keeps what it held', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), 'before');
  linkSync(join(folder, 'a'), join(folder, 'b'));
  await writeOutput(join(folder, 'a'), 'after');
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('before');
});

test('a link stays and its target is replaced, or made where it is missing', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub'));
  symlinkSync('sub', join(folder, 'way'));
  symlinkSync('way/target', join(folder, 'link'));
  for (const text of ['one', 'two']) {
    await writeOutput(join(folder, 'link'), text);
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'sub', 'target'), 'utf8')).toBe(text);
  }
});

test.runIf(isRoot)('a device stays one', async () => {
  const path = join(temporaryFolder(), 'null');
  execFileSync('mknod', [path, 'c', '1', '3']);
  await writeOutput(path, 'text');
  expect(statSync(path).isCharacterDevice()).toBe(true);
});

test('a pipe is written into, once somebody reads it', async () => {
  const path = join(temporaryFolder(), 'fifo');
  execFileSync('mkfifo', [path]);
  const text = 'x'.repeat(300_000);
  const written = writeOutput(path, text);
  const { stdout } = await execa('cat', [path]);
  await written;
  expect(stdout).toBe(text);
  expect(statSync(path).isFIFO()).toBe(true);
});

test('waiting for the reader of a pipe ends with the interruption', async () => {
  const path = join(temporaryFolder(), 'fifo');
  execFileSync('mkfifo', [path]);
  const interrupt = new AbortController();
  const written = writeOutput(path, 'text', interrupt.signal);
  interrupt.abort();
  await expect(written).rejects.toThrow(/abort/i);
});

test.each(['a folder', 'nothing beneath a missing folder', 'a name that is too long'])(
  '%s is refused before it is written, and nothing is left',
  async (what) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a folder'));
    const path = {
      'a folder': join(folder, 'a folder'),
      'nothing beneath a missing folder': join(folder, 'missing', 'o'),
    }[what];
    expect(await tryOutput(path ?? join(folder, 'x'.repeat(300)))).toMatchObject({ kind: 'none' });
    expect(readdirSync(folder)).toEqual(['a folder']);
  },
);

test('a circle of links, a socket and a folder of the kernel take no output', async () => {
  const folder = temporaryFolder();
  symlinkSync('b', join(folder, 'a'));
  symlinkSync('a', join(folder, 'b'));
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  for (const path of [join(folder, 'a'), join(folder, 'socket'), '/proc/x', '/sys/x']) {
    expect(await tryOutput(path)).toMatchObject({ kind: 'none' });
  }
  server.close();
});

test('looking at an output leaves nothing, and a file as it is', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'o'), 'before');
  expect(await tryOutput(join(folder, 'o'))).toMatchObject({ kind: 'file' });
  expect(await tryOutput(join(folder, 'new'))).toMatchObject({ kind: 'file' });
  expect(existsSync(join(folder, 'new'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['o']);
});
