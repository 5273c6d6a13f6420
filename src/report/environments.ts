import prettyBytes from 'pretty-bytes';
import type { EnvironmentList } from '../records/environment-list.ts';

type Entry = EnvironmentList['environments'][number];

/** What `evalkit engine list` found, as plain text for a terminal; ends with a newline. */
export function renderEnvironments({ folder, machine, environments }: EnvironmentList): string {
  const lines = [
    `environments: ${folder}`,
    `processor: ${machine.instructions.join(', ') || 'no instruction sets that kernels look for'}`,
    `cards: ${machine.cards.join(', ') || 'none of NVIDIA'}`,
  ];
  const blocks = environments.map((entry) =>
    [
      `${entry.name} (${entry.purpose})`,
      `  ${environmentState(entry)}`,
      `  ${packageWords(entry)}`,
      ...entry.older.map(
        (path) => `  another release's, or unfinished; delete it if nothing uses it: ${path}`,
      ),
    ].join('\n'),
  );
  return `${[lines.join('\n'), ...blocks].join('\n\n')}\n`;
}

/** Whether an environment is there, in a line. */
export function environmentState({
  state,
  reason,
  build,
  bytes,
  python,
  pythonVersion,
}: Entry): string {
  const size = bytes === undefined ? 'size unknown' : prettyBytes(bytes);
  switch (state) {
    case 'absent':
      return `${reason} (about ${size})`;
    case 'own':
      return `yours: ${python}, Python ${pythonVersion}`;
    case 'installed':
      return `installed${build === undefined || build === 'plain' ? '' : ` for ${build === 'cpu' ? 'the CPU' : 'CUDA'}`}, Python ${pythonVersion}, ${size}: ${python}`;
  }
}

/** The packages of an environment. */
function packageWords({ packages }: Entry): string {
  return Object.entries(packages)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
