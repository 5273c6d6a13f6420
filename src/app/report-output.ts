import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeOutput } from '../files/write-output.ts';
import type { ReportFormat } from '../report/options.ts';
import { environmentError, usageError } from '../records/error.ts';
import { renderJson } from '../report/formats/json.ts';
import { partOf } from '../report/formats/part.ts';
import { reasonOf } from '../records/system-error.ts';
import { PLAIN_VIEW, render } from '../report/index.ts';
import type { Rendered, Rendition, View } from '../report/rendition.ts';
import type { Host } from './host.ts';

/** How a command prints its report. */
export interface Printing {
  readonly format: ReportFormat;
  /** The same as `format` json. */
  readonly json?: boolean | undefined;
  /** The file that takes the report instead of stdout. */
  readonly output?: string | undefined;
}

/** Prints what is no report: as text, or its data as JSON. */
export function printListing(
  host: Host,
  { data, text }: { readonly data: object; readonly text: string },
  { format, json, output }: Printing,
): Promise<void> {
  const isJson = json === true || format === 'json';
  return deliver(host, { text: isJson ? renderJson(data) : text }, output);
}

/**
 * Throws a usage error for a form that could not be printed, before anything is spent on it; `not` has the
 * formats that such a report cannot have.
 */
export function refuseUnprintable(
  host: Host,
  { format, json, output }: Printing,
  not: Readonly<Partial<Record<ReportFormat, string>>> = {},
): void {
  if (json === true) {
    return;
  }
  const reason = not[format];
  if (reason !== undefined) {
    partOf(reason, format);
  }
  if (format === 'github' && output === undefined) {
    stepSummary(host);
  }
}

/** Prints a report as the options say; `view` is what is special. Throws a usage error where it has no such form. */
export async function printReport(
  host: Host,
  rendition: Rendition,
  { format, json, output, ...view }: Printing & Partial<Omit<View, 'columns'>>,
): Promise<void> {
  const { isDetailed = false, more = [] } = view;
  const { columns = PLAIN_VIEW.columns } = host;
  const chosen = json === true ? 'json' : format;
  await deliver(host, await render(rendition, chosen, { columns, isDetailed, more }), output);
}

/**
 * Prints a report, or writes it to the file that `--output` names, whole or not at all. One with
 * annotations is a step summary: it is appended to the file that GitHub names for it, and the
 * annotations are printed where GitHub reads them.
 */
export async function deliver(
  host: Host,
  { text, annotations }: Rendered,
  output: string | undefined,
): Promise<void> {
  if (output !== undefined) {
    const path = resolve(host.cwd, output);
    await writing(path, host.signal, () => writeOutput(path, text, host.signal));
  } else if (annotations === undefined) {
    await host.print(text);
  } else {
    const summary = stepSummary(host);
    await writing(summary, host.signal, () => appendFile(summary, text));
  }
  if (annotations !== undefined) {
    await host.print(annotations);
  }
}

function stepSummary({ env }: Host): string {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') {
    throw usageError(
      '--format github writes the step summary to the file that GITHUB_STEP_SUMMARY names, which is not set; name a file with --output, or use --format md',
    );
  }
  return path;
}

async function writing(
  path: string,
  signal: AbortSignal,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    signal.throwIfAborted();
    throw environmentError(
      `cannot write ${path}: ${reasonOf(error)}; name another file with --output`,
      error,
    );
  }
}
