import type { ReportFormat } from '../../options/report-formats.ts';
import type { GateReport } from '../../records/gate.ts';
import type { ReportDocument } from '../../report/words/document.ts';
import { gateAnnotations, renderGateCsv, renderGateJunit } from '../../gate/formats.ts';
import { renderAnnotations } from '../../report/formats/github.ts';
import { renderJson } from '../../report/formats/json.ts';
import { markdownText } from '../../report/formats/markdown.ts';
import { terminalText } from '../../report/formats/terminal.ts';
import type { Host } from '../host.ts';
import { deliver, deliverToGithub } from '../report-output.ts';

/** A decision as data and in words. */
export interface Decision {
  readonly report: GateReport;
  readonly document: ReportDocument;
}

const RENDERERS = {
  terminal: ({ document }) => terminalText(document),
  md: ({ document }) => markdownText(document),
  json: ({ report }) => renderJson(report),
  junit: ({ report }) => renderGateJunit(report),
  csv: ({ report }) => renderGateCsv(report),
} satisfies Record<Exclude<ReportFormat, 'github'>, (decision: Decision) => string>;

/** Delivers a decision: in the format asked for, and as JUnit XML where `--junit` names a file. */
export async function deliverGate(
  host: Host,
  decision: Decision,
  asked: {
    readonly format: ReportFormat;
    readonly output: string | undefined;
    readonly junit: string | undefined;
  },
): Promise<void> {
  const { format, output, junit } = asked;
  if (junit !== undefined) {
    await deliver(host, renderGateJunit(decision.report), junit);
  }
  if (format === 'github') {
    const annotations = renderAnnotations(gateAnnotations(decision.report));
    await deliverToGithub(host, { summary: RENDERERS.md(decision), annotations, output });
  } else {
    await deliver(host, RENDERERS[format](decision), output);
  }
}
