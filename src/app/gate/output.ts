import { render } from '../../report/index.ts';
import type { Rendition } from '../../report/rendition.ts';
import type { Host } from '../host.ts';
import { deliver, type Printing, printReport } from '../report-output.ts';

/** Delivers a decision: in the format asked for, and as JUnit XML where `--junit` names a file. */
export async function deliverGate(
  host: Host,
  decision: Rendition,
  asked: Printing & { readonly junit?: string | undefined },
): Promise<void> {
  if (asked.junit !== undefined) {
    await deliver(host, render(decision, 'junit'), asked.junit);
  }
  await printReport(host, decision, asked);
}
