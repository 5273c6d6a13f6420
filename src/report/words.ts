import prettyBytes from 'pretty-bytes';
import type { Provenance } from '../records/model.ts';
import type { Report } from '../records/report.ts';

/** A share as `61.6 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Counts as `assertion 40, timeout 2`. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0
    ? 'none'
    : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}

/** A sandbox in half a line: level, mechanisms, limits, packages, and why it is no higher level. */
export function sandboxText(sandbox: Report['sandbox']): string {
  const { level, mechanisms, missed, packages, timeoutMs, memoryBytes } = sandbox;
  const parts = [
    `${level} (${mechanisms.join(', ')})`,
    `${timeoutMs} ms and ${prettyBytes(memoryBytes, { binary: true })} a sample`,
    packages.length === 0 ? 'standard library only' : `with ${packages.join(', ')}`,
  ];
  return [...parts, ...missed.map((reason) => `not ${reason}`)].join('; ');
}

/** Where weights come from, in half a line. */
export function provenanceText(provenance: Provenance): string {
  switch (provenance.kind) {
    case 'published':
      return `published: ${provenance.repo} at ${provenance.revision}, from ${provenance.via}`;
    case 'local':
      return 'local: a file whose history is unknown';
    case 'quantized':
    case 'requantized': {
      const { from, llamaCpp } = provenance;
      const lossy = provenance.kind === 'requantized' ? ' (already quantized: lossy)' : '';
      return `${provenance.kind} from ${from.quantization}${lossy} by llama.cpp ${llamaCpp}: ${from.name}, ${prettyBytes(from.bytes)}, sha256 ${from.sha256}`;
    }
  }
}
