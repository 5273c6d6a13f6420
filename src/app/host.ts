import type { Catalogue } from '../models/catalogue/catalogue.ts';
import type { ProgressSink } from '../records/progress.ts';

/** What a command may use of the process it runs in. */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  /** Absolute; the user's relative paths start from it. */
  readonly cwd: string;
  /** What the user pipes in. */
  readonly stdin: NodeJS.ReadableStream;
  /** What was typed behind `evalkit`; absent: nobody typed anything. */
  readonly words?: readonly string[];
  /** Characters of a line of the user's terminal; absent: there is none, and nobody says. */
  readonly columns?: number | undefined;
  /** Writes the result; waits where the reader is slow. */
  readonly print: (text: string) => Promise<void>;
  /** Shows progress and warnings. */
  readonly progress: ProgressSink;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** The bases that have names, those of the config file that was read among them. */
  readonly catalogue: () => Catalogue;
  /** Bytes of memory that processes may still take. */
  readonly availableMemory: () => Promise<number>;
  readonly evalkitVersion: string;
  readonly nodeVersion: string;
}

/** The same before a config file is read. */
export type ProcessHost = Omit<Host, 'catalogue'>;

/** How a command ended when nothing was thrown. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Something is missing for a reason that is not the model's; rerunning the command resumes. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'gate-failed' }
  | { readonly kind: 'gate-inconclusive' };
