import type { LoadAudit } from '../records/load-audit.ts';
import type { CellEvidence } from './evidence.ts';

/**
 * Says so where quantized weights were computed with by different instructions: the kernels for few bits
 * round, add and overflow differently on each.
 */
export function instructionWarnings(reference: CellEvidence, candidate: CellEvidence): string[] {
  const [one, other] = [auditOf(reference), auditOf(candidate)];
  return one === undefined ||
    other === undefined ||
    (one.quantized === 0 && other.quantized === 0) ||
    one.instructions === other.instructions
    ? []
    : [
        `${candidate.id}: quantized weights were computed with on ${other.instructions}, the reference's on ${one.instructions}: kernels for few bits differ between instruction sets; measure both on one machine`,
      ];
}

function auditOf({ report }: CellEvidence): LoadAudit | undefined {
  return report === undefined || 'notRun' in report.generation
    ? undefined
    : report.generation.audit;
}
