import type { Outlining } from '../outline.ts';
import { outlineJob } from './job.ts';
import type { PythonPool } from './worker.ts';

/** Has a worker name the statements of texts: its checker parses them, and runs nothing. */
export async function outlineTexts(
  texts: readonly string[],
  { pool, timeoutMs }: { readonly pool: PythonPool; readonly timeoutMs: number },
): Promise<Outlining> {
  const report = await pool.do(outlineJob(texts, timeoutMs));
  switch (report.kind) {
    case 'outlines':
      return { kind: 'outlines', outlines: report.outlines };
    case 'machine':
      return { kind: 'infrastructure', detail: report.detail };
    default:
      // The parser took too long or too much memory, or died over them.
      return { kind: 'unreadable' };
  }
}
