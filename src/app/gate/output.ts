import type { GateReport } from '../../records/gate.ts';
import { renditionOfGate } from '../../gate/rendition.ts';
import { render } from '../../report/index.ts';
import type { Host } from '../host.ts';
import { deliver, type Printing, printReport } from '../report-output.ts';

/** Delivers a decision: in the format asked for, and as JUnit XML where `--junit` names a file. */
export async function deliverGate(
  host: Host,
  report: GateReport,
  asked: Printing & { readonly junit?: string | undefined },
): Promise<void> {
  if (asked.junit !== undefined) {
    await deliver(host, render(renditionOfGate(report), 'junit'), asked.junit);
  }
  await printReport(host, renditionOfGate(report), asked);
}
