import type { Provenance } from '../../records/model.ts';
import type { CellWarning } from './cell-warnings.ts';
import { percent } from './words.ts';

/** What verdicts of the weakest sandbox cost the reader's trust. */
export const RESOURCE_LIMITS_ONLY =
  "sandbox level L1: resource limits only; the models' code could read, write and send whatever you can";

/** Warns of samples that failed for want of packages, which are told apart by name and count. */
export function missingPackageWarnings(missing: Readonly<Record<string, number>>): string[] {
  const names = Object.keys(missing);
  if (names.length === 0) {
    return [];
  }
  const counts = Object.entries(missing).map(([name, count]) => `${name} (${count})`);
  return [
    `samples failed for want of a package that they may not import: ${counts.join(', ')}; allow it where it is to count, as --allow-package ${names[0]}`,
  ];
}

/** Warns of a cell whose weights were quantized from a file that was quantized already. */
export function requantizedWarnings({
  id,
  quantization,
  provenance,
}: {
  readonly id: string;
  readonly quantization: string;
  readonly provenance: Provenance;
}): CellWarning[] {
  if (provenance.kind !== 'requantized') {
    return [];
  }
  const { from } = provenance;
  const source = `made here from ${from.name}, which was quantized already (${from.quantization})`;
  const tool = 'the tool, not what quantizing the original weights costs';
  return [
    {
      cell: id,
      alone: `${quantization} was ${source}: this measures ${tool}`,
      together: `${source}: these measure ${tool}`,
    },
  ];
}

/** From this share on, background load plainly slowed what was timed: a tenth of two cores is a fifth of one. */
const BUSY_SHARE = 0.1;

/**
 * What a pass suffered from other processes, in words; `undefined` where they used little of the
 * cores, or it is unknown. `meanwhile`: what was done, as `completions were timed`.
 */
export function busyMachine(
  othersCpuShare: number | null | undefined,
  meanwhile: string,
): string | undefined {
  return (othersCpuShare ?? 0) < BUSY_SHARE
    ? undefined
    : `the machine was busy, other processes used ${percent(othersCpuShare ?? 0)} of its cores while ${meanwhile}`;
}

/** Where cells that are compared ran with different thread counts: two of them, in words. */
export function differingThreads(
  threads: readonly (readonly [cell: string, threads: number])[],
): string | undefined {
  const [first, ...rest] = threads;
  const other = rest.find(([, count]) => count !== first?.[1]);
  return first === undefined || other === undefined
    ? undefined
    : `cells ran with different thread counts (${first[0]} with ${first[1]}, ${other[0]} with ${other[1]}), so their times do not compare`;
}
