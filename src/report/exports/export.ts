import type { RunToRender } from '../humaneval/rendition.ts';

/** A file of another tool's shape; `name` may have folders in it. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** A run in the files of another tool. */
export type Export = (run: RunToRender) => ExportedFile[];
