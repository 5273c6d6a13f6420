import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { environmentError, usageError } from '../records/error.ts';
import type { Host } from './host.ts';

/** Prints a text, or writes it to the file that `--output` names, whole or not at all. */
export async function deliver(
  host: Host,
  content: string,
  output: string | undefined,
): Promise<void> {
  if (output === undefined) {
    await host.print(content);
    return;
  }
  const path = resolve(host.cwd, output);
  await writing(path, () => writeFileAtomic(path, content));
}

/**
 * Prints annotations, where GitHub reads them, and appends a step summary to the file that GitHub
 * names for it, or writes it to the one that `--output` names.
 */
export async function deliverToGithub(
  host: Host,
  parts: {
    readonly summary: string;
    readonly annotations: string;
    readonly output: string | undefined;
  },
): Promise<void> {
  const { summary, annotations, output } = parts;
  const stepSummary = host.env['GITHUB_STEP_SUMMARY'];
  if (output !== undefined) {
    await deliver(host, summary, output);
  } else if (stepSummary !== undefined && stepSummary !== '') {
    await writing(stepSummary, () => appendFile(stepSummary, summary));
  } else {
    throw usageError(
      '--format github writes the step summary to the file that GITHUB_STEP_SUMMARY names, which is not set; name a file with --output, or use --format md',
    );
  }
  await host.print(annotations);
}

async function writing(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw environmentError(
      `cannot write ${path}: ${String(error)}; name another file with --output`,
      error,
    );
  }
}
