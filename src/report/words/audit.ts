import prettyBytes from 'pretty-bytes';
import { counted } from '../../records/counted.ts';
import type { LoadAudit } from '../../records/load-audit.ts';

/** What loading came to, as rows of label and text; none where the engine takes weights as they are. */
export function auditFacts(audit: LoadAudit | undefined): [label: string, text: string][] {
  return audit === undefined
    ? []
    : [
        ['loaded as', `${audit.kernel}, attention ${audit.attention}, on ${audit.instructions}`],
        ['quantized', quantizedText(audit)],
        ...audit.notes.map((note): [string, string] => ['note', note]),
      ];
}

/** As `168 of 169 layers (1 not: the output layer, as lm_head), 496 MB in memory`. */
export function quantizedText({ quantized, skipped, bytes }: LoadAudit): string {
  const left = skipped.reduce((sum, { modules }) => sum + modules, 0);
  const why = skipped.map(
    ({ modules, reason, example }) => `${modules} not: ${reason}, as ${example}`,
  );
  const layers =
    quantized === 0
      ? 'nothing'
      : `${quantized} of ${counted(quantized + left, 'layer')}${why.length === 0 ? '' : ` (${why.join('; ')})`}`;
  return `${layers}, ${prettyBytes(bytes)} in memory`;
}
