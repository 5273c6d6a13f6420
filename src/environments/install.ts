import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import { checkSpace, diskError } from '../files/disk-error.ts';
import { withFileLock } from '../files/file-lock.ts';
import { environmentError } from '../records/error.ts';
import { failureOf } from '../records/system-error.ts';
import { type Cost, ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import { pinsOf } from './find.ts';
import { requirementsOf, torchCpuVersion, usesTorch } from './lock.ts';
import { lookAtMachine } from './machine.ts';
import {
  type Build,
  environmentFolder,
  interpreterIn,
  type Marker,
  readMarker,
  writeMarker,
} from './marker.ts';
import { type Pip, pipInstall, reaches } from './pip.ts';
import { checkPython } from './python.ts';
import type { EnvironmentSettings } from './settings.ts';
import { installedIn } from './versions.ts';

/** How an environment is made. */
export interface InstallOptions {
  /** The Python that makes it. */
  readonly python: string;
  /** The build of torch; absent: CUDA's where there is a card, else the CPU's where it is within reach. */
  readonly build?: 'cpu' | 'cuda' | undefined;
}

/** Where an environment lies, and what it holds. */
export interface InstalledEnvironment {
  readonly name: EnvironmentName;
  readonly folder: string;
  readonly marker: Marker;
  /** Whether it was there before. */
  readonly wasThere: boolean;
}

/** pip's downloads lie beside what is unpacked from them. */
const DOWNLOAD_SHARE = 0.4;

/**
 * Makes an environment, or finds it made. One process makes it at a time; what is not finished is taken
 * away. Throws an environment error in one line where it cannot be made.
 */
export async function installEnvironment(
  name: EnvironmentName,
  options: InstallOptions,
  settings: EnvironmentSettings,
): Promise<InstalledEnvironment> {
  await checkPython(options.python, settings);
  const folder = environmentFolder(name, settings.env);
  const wanted = await wantedBuild(name, options, settings);
  return withFileLock(folder, settings, async ({ signal }) => {
    const there = await readMarker(folder);
    if (there !== undefined && fits(there.build, wanted)) {
      return { name, folder, marker: there, wasThere: true };
    }
    const marker = await make(
      name,
      { folder, wanted, python: options.python },
      { ...settings, signal },
    );
    return { name, folder, marker, wasThere: false };
  });
}

/** `any`: the CPU's where pip reaches it, else CUDA's, which computes without a card too. */
type Wanted = Build | 'any';

async function wantedBuild(
  name: EnvironmentName,
  { build }: InstallOptions,
  settings: EnvironmentSettings,
): Promise<Wanted> {
  // Elsewhere the index has one build alone.
  if (!usesTorch(name) || platform() !== 'linux') {
    return 'plain';
  }
  if (build !== undefined) {
    return build;
  }
  const { cards } = await lookAtMachine(settings);
  return cards.length > 0 ? 'cuda' : 'any';
}

function fits(build: Build, wanted: Wanted): boolean {
  return wanted === 'any' || build === wanted;
}

interface Making {
  readonly folder: string;
  readonly wanted: Wanted;
  readonly python: string;
}

async function make(
  name: EnvironmentName,
  { folder, wanted, python }: Making,
  settings: EnvironmentSettings,
): Promise<Marker> {
  const since = Date.now();
  const temporary = join(folder, 'tmp');
  let isWhole = false;
  try {
    await rm(folder, { recursive: true, force: true });
    await makeVenv(python, folder, settings);
    await mkdir(temporary);
    const pip: Pip = { ...settings, python: interpreterIn(folder), temporary };
    const build = await chooseBuild(name, wanted, pip);
    const cost = costOf(name, build);
    await announce(name, { build, cost, folder, wanted }, settings);
    await fill(name, build, { pip, settings });
    await rm(temporary, { recursive: true });
    const marker = await describe(name, { build, folder, since }, settings);
    await writeMarker(folder, marker);
    isWhole = true;
    return marker;
  } catch (error) {
    settings.signal.throwIfAborted();
    throw diskError(error, folder);
  } finally {
    if (!isWhole) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function makeVenv(
  python: string,
  folder: string,
  { env, signal }: EnvironmentSettings,
): Promise<void> {
  const result = await execa(python, ['-m', 'venv', folder], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (result.failed) {
    const reason = `${result.stderr}\n${result.stdout}`.trim().split('\n').at(-1);
    throw environmentError(
      `${python} -m venv ${folder} failed: ${reason || failureOf(result)}; install what it lacks (on Debian and Ubuntu: apt-get install python3-venv), or name another Python with --python`,
    );
  }
}

async function chooseBuild(name: EnvironmentName, wanted: Wanted, pip: Pip): Promise<Build> {
  if (wanted === 'plain' || wanted === 'cuda') {
    return wanted;
  }
  const version = torchCpuVersion(name);
  if (await reaches(pip, 'torch', version)) {
    return 'cpu';
  }
  if (wanted === 'cpu') {
    throw environmentError(`${name}: pip finds no torch ${version}; ${HOW_TO_REACH}`);
  }
  return 'cuda';
}

/** PyPI has no CPU build of torch for Linux. */
const HOW_TO_REACH =
  "PyTorch's own index has it: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu before the same command";

/** Where CUDA's build is no dearer, it is the only one. */
function costOf(name: EnvironmentName, build: Build): Cost {
  const { cpu, cuda } = ENVIRONMENTS[name].cost;
  return build === 'cuda' && cuda !== undefined ? cuda : cpu;
}

interface Announced {
  readonly build: Build;
  readonly cost: Cost;
  readonly folder: string;
  readonly wanted: Wanted;
}

/** What it takes, said before anything is fetched; throws where the disk has no room for it. */
async function announce(
  name: EnvironmentName,
  { build, cost, folder, wanted }: Announced,
  { progress }: EnvironmentSettings,
): Promise<void> {
  const words =
    build === 'plain' ? '' : `, torch built for ${build === 'cpu' ? 'the CPU' : 'CUDA'}`;
  const size = `about ${prettyBytes(cost.bytes)} on the disk`;
  const time = `${prettyMs(cost.seconds * 1_000)} on a fast line`;
  progress({ kind: 'note', text: `${name}${words}: ${size}, ${time}; ${folder}` });
  if (build === 'cuda' && wanted === 'any') {
    progress({
      kind: 'note',
      text: `${name}: no CUDA card is here, and pip finds no CPU build of torch, which would be a fifth as large; ${HOW_TO_REACH}`,
    });
  }
  await checkSpace(join(folder, 'tmp'), cost.bytes * (1 + DOWNLOAD_SHARE));
}

async function fill(
  name: EnvironmentName,
  build: Build,
  { pip, settings }: { readonly pip: Pip; readonly settings: EnvironmentSettings },
): Promise<void> {
  const { wheels, built } = requirementsOf(name, build);
  const step = `installing ${name}`;
  const { progress } = settings;
  progress({ kind: 'step-started', step, unit: 'packages', total: wheels.count + built.count });
  let before = 0;
  for (const [part, words] of [
    [wheels, ['--only-binary', ':all:']],
    // What builds them is installed by now, locked as the rest.
    [built, ['--no-build-isolation']],
  ] as const) {
    if (part.count > 0) {
      const requirements = join(pip.temporary, 'requirements.txt');
      await writeFile(requirements, part.text);
      const already = before;
      await pipInstall(pip, {
        name,
        requirements,
        words,
        onCollected: (done) => progress({ kind: 'step-advanced', step, done: already + done }),
      });
      before += part.count;
    }
  }
  progress({ kind: 'step-ended', step });
}

async function describe(
  name: EnvironmentName,
  made: { readonly build: Build; readonly folder: string; readonly since: number },
  settings: EnvironmentSettings,
): Promise<Marker> {
  const { build, folder, since } = made;
  const names = [...pinsOf(name).keys()];
  const installed = await installedIn(interpreterIn(folder), names, settings);
  const lacking =
    typeof installed === 'string' ? names : names.filter((one) => !(one in installed.packages));
  if (typeof installed === 'string' || lacking.length > 0) {
    throw environmentError(
      `${name}: pip installed no ${lacking.join(', ')}${typeof installed === 'string' ? ` (${installed})` : ''}; see what pip is told to do with pip config list`,
    );
  }
  const bytes = await bytesOf(folder);
  const seconds = (Date.now() - since) / 1_000;
  return { version: 1, build, ...installed, bytes, seconds };
}

/** Of all files beneath a folder, as the disk holds them. */
async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return bytesOf(path);
      }
      return entry.isFile() ? (await stat(path)).blocks * 512 : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
