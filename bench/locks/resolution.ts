/** A package as pip is to install it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** An environment marker; empty: everywhere. */
  readonly marker: string;
  readonly sha256: readonly string[];
}

/** The wheels for Python 3.11 to 3.14 on Linux and on macOS with Apple's processors. */
const PYTHON = /-(?:py3\d*|py2\.py3|cp3\d*-abi3|cp31[1-4]-cp31[1-4])[-.]/;
const PLATFORM = /(?:-any|manylinux\w*_(?:x86_64|aarch64)|macosx_\d+_\d+_(?:arm64|universal2))\b/;

/**
 * torch's CPU builds for Linux, which PyPI has not: from PyTorch's own index, whose links carry these
 * hashes. Python 3.11 on x86-64 was hashed here; the others are as that index's users have locked them.
 */
const TORCH_CPU: readonly string[] = [
  '6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b',
  '4ca4a9394b0c771238a4f73590fdbbc4debad85ed0fa63d026ae1b085da7d6e2',
  '3fbf9c9d1f3c10c2d59d04aca426dee9ccc6ceb32d255c61e93acc3b4f75fae6',
  '6f307c2c32d764ffc6ff6893b801fad6d4752f3e67966cb8abf1843427c02604',
];

/** Reads what `uv pip compile --format pylock.toml` prints. */
export function readResolution(text: string): LockedPackage[] {
  return text
    .split('[[packages]]')
    .slice(1)
    .map(readPackage)
    .filter(({ marker }) => !/== '(?:win32|emscripten)'/.test(marker));
}

function readPackage(text: string): LockedPackage {
  const name = field(text, 'name');
  const files = [
    ...text.matchAll(/url = "[^"]*\/(?<file>[^"/]+)"[^\n]*?sha256 = "(?<sha256>\w{64})"/g),
  ].map(({ groups }) => ({ file: groups?.['file'] ?? '', sha256: groups?.['sha256'] ?? '' }));
  const wheels = files.filter(({ file }) => file.endsWith('.whl'));
  const fitting = wheels.filter(({ file }) => PYTHON.test(file) && PLATFORM.test(file));
  const taken = wheels.length === 0 ? files : fitting;
  const sha256 = [...taken.map((one) => one.sha256), ...(name === 'torch' ? TORCH_CPU : [])];
  if (sha256.length === 0) {
    throw new Error(`${name} has no file for Linux or macOS`);
  }
  return { name, version: field(text, 'version'), marker: markerOf(text), sha256 };
}

function field(text: string, name: string): string {
  return new RegExp(`^${name} = "(?<value>[^"]*)"`, 'm').exec(text)?.groups?.['value'] ?? '';
}

/** Without what holds anyway: the Python is one that the environments take, the system no browser. */
function markerOf(text: string): string {
  return field(text, 'marker')
    .split(/ and (?![^(]*\))/)
    .filter((part) => part !== "python_full_version >= '3.11'" && !part.includes("!= 'emscripten'"))
    .join(' and ');
}

/** Whether only torch's CUDA build needs it. */
export function isOfCuda({ name }: LockedPackage): boolean {
  return /^(?:nvidia-|cuda-|triton$)/.test(name);
}

/** A lock file's text: `pip install --require-hashes -r` reads it. */
export function lockText(packages: readonly LockedPackage[]): string {
  const head = '# Made by npm run locks; what to lock stands in environments.ts.\n';
  return packages.map(packageText).reduce((text, one) => text + one, head);
}

function packageText({ name, version, marker, sha256 }: LockedPackage): string {
  const requirement = `${name}==${version}${marker === '' ? '' : ` ; ${marker}`}`;
  return [requirement, ...sha256.map((hash) => `--hash=sha256:${hash}`)]
    .join(' \\\n    ')
    .concat('\n');
}
