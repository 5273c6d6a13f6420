import type { z } from 'zod';
import { benchHeaderSchema, benchResultSchema } from '../records/bench.ts';
import { completionSchema, engineSessionSchema } from '../records/completion.ts';
import { earlyStopSchema } from '../records/early-stop.ts';
import { judgedSampleSchema, judgeHeaderSchema } from '../records/judge.ts';
import { perplexityHeaderSchema, scoreSchema } from '../records/perplexity.ts';
import { runHeaderSchema } from '../records/run-header.ts';
import { timingSchema } from '../records/timing.ts';
import { incidentSchema, verdictSchema } from '../records/verdict.ts';

/** A file of one JSON record a line. */
interface RecordFile<S extends z.ZodType = z.ZodType> {
  readonly file: string;
  readonly schema: S;
  /** Of two records of one key the later one counts; absent: every record counts. */
  readonly key: ((record: z.infer<S>) => string) | undefined;
}

function recordsIn<S extends z.ZodType>(
  file: string,
  schema: S,
  key?: (record: z.infer<S>) => string,
): RecordFile<S> {
  return { file, schema, key };
}

const incidents = recordsIn('incidents.jsonl', incidentSchema);
const scores = recordsIn('scores.jsonl', scoreSchema, ({ key }) => key);

/** Every kind of run: the schema of its first record, and the files of its other records. */
export const KINDS = {
  humaneval: {
    what: 'a run',
    option: '--out',
    header: runHeaderSchema,
    files: {
      completions: recordsIn('completions.jsonl', completionSchema, ({ key }) => key),
      verdicts: recordsIn('verdicts.jsonl', verdictSchema, ({ completionKey }) => completionKey),
      sessions: recordsIn('sessions.jsonl', engineSessionSchema),
      incidents,
      timings: recordsIn('timings.jsonl', timingSchema, ({ key }) => key),
      stops: recordsIn('stops.jsonl', earlyStopSchema),
      scores,
    },
  },
  bench: {
    what: 'a grid',
    option: '--out',
    header: benchHeaderSchema,
    files: { cells: recordsIn('cells.jsonl', benchResultSchema, ({ key }) => key) },
  },
  perplexity: {
    what: 'scores',
    option: '--out',
    header: perplexityHeaderSchema,
    files: { scores, incidents },
  },
  judge: {
    what: 'verdicts on samples',
    option: '--run',
    header: judgeHeaderSchema,
    files: {
      verdicts: recordsIn('verdicts.jsonl', judgedSampleSchema, ({ sample }) => String(sample)),
      incidents,
    },
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly what: string;
      /** The option that names the folder. */
      readonly option: string;
      readonly header: z.ZodType;
      readonly files: Readonly<Record<string, object>>;
    }
  >
>;

export type RunKind = keyof typeof KINDS;
export type HeaderOf<K extends RunKind> = z.infer<(typeof KINDS)[K]['header']>;
type FilesOf<K extends RunKind> = (typeof KINDS)[K]['files'];
export type FileOf<K extends RunKind> = keyof FilesOf<K> & string;
export type RecordOf<K extends RunKind, N extends FileOf<K>> =
  FilesOf<K>[N] extends RecordFile<infer S> ? z.infer<S> : never;

/** What a folder of a kind holds, in words. */
export function wordsOf(kind: RunKind): string {
  return `${KINDS[kind].what} of evalkit ${kind}`;
}

/** A kind's files, for code that goes over all of them. */
export function filesOf(kind: RunKind): readonly (readonly [name: string, RecordFile])[] {
  return Object.entries<RecordFile>(KINDS[kind].files);
}
