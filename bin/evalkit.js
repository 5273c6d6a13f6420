#!/usr/bin/env node
// Runs evalkit under the Node it needs. Any Node from 20 on can read this file; if the one that
// does is too old for the rest, the pinned one from our dependencies takes over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [24, 15];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'cli.ts');
// A checkout has the source; a package has what was built from it.
const entry = existsSync(source) ? source : join(root, 'dist', 'cli.js');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  await import(entry);
} else {
  startWithPinnedNode();
}

function startWithPinnedNode() {
  const node = pinnedNode();
  if (node === undefined) {
    console.error(
      `evalkit: Node ${process.versions.node} is too old, and the package 'node' that brings Node ${OLDEST.join('.')} is not installed; run npm install again with install scripts allowed for 'node', or use Node ${OLDEST.join('.')} or newer`,
    );
    process.exitCode = 3;
    return;
  }
  // The channel carries nothing: it closes when this process dies, even by SIGKILL.
  const child = spawn(node, [entry, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', ...namedDescriptors(), 'ipc'],
  });
  // A terminal sends Ctrl-C to both of us; any other sender reaches this process alone.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) {
      child.kill('SIGINT');
    }
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exitCode = code;
    }
  });
}

/** What a shell opened for us beyond the three, as `<(…)` does: child processes get what is listed. */
function namedDescriptors() {
  const named = process.argv.flatMap((word) => {
    const [, number] = /^(?:\/dev|\/proc\/self)\/fd\/(\d{1,4})$/.exec(word) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  const last = Math.max(2, ...named);
  return Array.from({ length: last - 2 }, (_, index) =>
    named.includes(index + 3) ? index + 3 : 'ignore',
  );
}

function pinnedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
