import { counted } from '../../records/counted.ts';
import type { MissingOfShard } from '../../store/merge/missing.ts';

/** What is missing of a merged run and what to do, as `shard 3/4 is missing: 41 completions (…)`. */
export function missingText({ index, of, isAbsent, counts }: MissingOfShard): string {
  const lacks = [...counts].map(([what, { count, first }]) => {
    const which = first === undefined ? '' : ` (${count === 1 ? '' : 'first '}${first})`;
    return `${counted(count, what)}${which}`;
  });
  if (index === undefined) {
    return `missing: ${lacks.join(', ')}; rerun its command to resume, then merge again`;
  }
  const option = `--shard ${index}/${of}`;
  if (isAbsent) {
    const what = lacks.length === 0 ? '' : `: ${lacks.join(', ')}`;
    return `shard ${index}/${of} is not among the folders${what}; run it with ${option}, and merge it too`;
  }
  return `shard ${index}/${of} lacks ${lacks.join(', ')}; rerun its command (${option}) to resume, then merge again`;
}
