import prettyBytes from 'pretty-bytes';
import type { ModelFiles, ModelList } from '../records/models-report.ts';
import { provenanceText, sizeText } from './words/words.ts';
import { tensorFacts } from './words/tensors.ts';
import { grid } from './formats/terminal-grid.ts';

/** What `evalkit models list` found, as plain text for a terminal; ends with a newline. */
export function renderModelList({ cache, bases, others }: ModelList): string {
  const parts = [`cache: ${cache.folder}, ${prettyBytes(cache.bytes)}`];
  for (const { name, repo, licence, files } of bases) {
    const rows = files.map((file) => [
      `  ${name}:${file.quantization}`,
      file.bytes === null ? 'size unknown' : prettyBytes(file.bytes),
      file.state,
    ]);
    parts.push(`${name} (${repo}, ${licence})\n${grid(rows)}`);
  }
  if (others.length > 0) {
    const rows = others.map((file) => [
      `  ${file.path}`,
      prettyBytes(file.bytes),
      file.state === 'cached' && file.provenance !== undefined ? file.provenance.kind : file.state,
    ]);
    parts.push(`made here, or of other repositories\n${grid(rows)}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Models that were fetched or made, as plain text for a terminal; ends with a newline. */
export function renderModelFiles({ models }: ModelFiles): string {
  const blocks = models.map(({ base, quantization, path, weights, provenance, tensors }) =>
    [
      `${base}:${quantization}, ${sizeText(weights)}`,
      `  path: ${path}`,
      `  sha256: ${weights.sha256}`,
      ...tensorFacts(tensors).map(([label, value]) => `  ${label}: ${value}`),
      `  provenance: ${provenanceText(provenance)}`,
    ].join('\n'),
  );
  return `${blocks.join('\n')}\n`;
}
