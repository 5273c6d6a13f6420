import type { z } from 'zod';
import { type BenchHeader, benchHeaderSchema, benchResultSchema } from '../records/bench.ts';
import { completionSchema, engineSessionSchema } from '../records/completion.ts';
import { earlyStopSchema } from '../records/early-stop.ts';
import type { Fingerprint } from '../records/fingerprint.ts';
import { judgedSampleSchema, type JudgeHeader, judgeHeaderSchema } from '../records/judge.ts';
import {
  type PerplexityHeader,
  perplexityHeaderSchema,
  scoreSchema,
} from '../records/perplexity.ts';
import { type RunHeader, runHeaderSchema, type SandboxRecord } from '../records/run-header.ts';
import type { MaybeShard, MergedShard } from '../records/shard.ts';
import { type SuitesHeader, suitesHeaderSchema } from '../records/suites.ts';
import { timingSchema } from '../records/timing.ts';
import { incidentSchema, verdictSchema } from '../records/verdict.ts';

/** The first record of each kind of run. */
interface Headers {
  readonly humaneval: RunHeader;
  readonly bench: BenchHeader;
  readonly perplexity: PerplexityHeader;
  readonly judge: JudgeHeader;
  readonly suites: SuitesHeader;
}
export type RunKind = keyof Headers;

/** What the first records of all kinds have in common. */
export interface AnyHeader extends MaybeShard {
  readonly evalkit: string;
  readonly planHash: string;
  readonly plan: object;
  readonly fingerprint: Fingerprint;
  readonly startedAt: string;
  readonly command?: string | undefined;
  readonly sandbox?: SandboxRecord;
  readonly testSeed?: string | undefined;
  readonly merged?: readonly MergedShard[] | undefined;
}

/** A file of one JSON record a line. */
export interface RecordFile<T> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  /** Of two records of one key the later one counts; without one every record counts. */
  readonly key?: (record: T) => string | undefined;
}

/** A kind of run: its first record, and the files of the others. */
export interface Kind<H extends AnyHeader> {
  readonly name: RunKind;
  /** What a folder of it holds, as `a run`. */
  readonly what: string;
  /** The command that writes it, where it is not called like the kind. */
  readonly command?: string;
  /** What can be done with a folder of it, whoever wrote it. */
  readonly uses: string;
  /** The option that names the folder. */
  readonly option: string;
  readonly header: z.ZodType<H>;
  readonly files: Readonly<Record<string, { readonly file: string }>>;
}

function records<T>(
  file: string,
  schema: z.ZodType<T>,
  key?: (record: T) => string | undefined,
): RecordFile<T> {
  return { file, schema, ...(key === undefined ? {} : { key }) };
}

const incidents = records('incidents.jsonl', incidentSchema);
const scores = records('scores.jsonl', scoreSchema, ({ key }) => key);

/** Every kind of run. */
export const KINDS = {
  humaneval: {
    name: 'humaneval',
    what: 'a run',
    uses: 'reported, compared and gated',
    option: '--out',
    header: runHeaderSchema,
    files: {
      completions: records('completions.jsonl', completionSchema, ({ key }) => key),
      verdicts: records('verdicts.jsonl', verdictSchema, ({ completionKey }) => completionKey),
      sessions: records('sessions.jsonl', engineSessionSchema, ({ session }) =>
        session === undefined ? undefined : `session ${session}`,
      ),
      incidents,
      timings: records('timings.jsonl', timingSchema, ({ key }) => key),
      stops: records('stops.jsonl', earlyStopSchema),
      scores,
    },
  },
  bench: {
    name: 'bench',
    what: 'a grid',
    uses: 'reported and compared',
    option: '--out',
    header: benchHeaderSchema,
    files: { cells: records('cells.jsonl', benchResultSchema, ({ key }) => key) },
  },
  perplexity: {
    name: 'perplexity',
    what: 'scores',
    uses: 'reported, compared and gated by --max-kl',
    option: '--out',
    header: perplexityHeaderSchema,
    files: { scores, incidents },
  },
  judge: {
    name: 'judge',
    what: 'verdicts on samples',
    uses: 'reported, compared and gated',
    option: '--run',
    header: judgeHeaderSchema,
    files: {
      verdicts: records('verdicts.jsonl', judgedSampleSchema, ({ sample }) => String(sample)),
      incidents,
    },
  },
  // Its records are those of the runs in it.
  suites: {
    name: 'suites',
    command: 'humaneval',
    what: 'runs of several suites',
    uses: 'reported, compared and gated',
    option: '--out',
    header: suitesHeaderSchema,
    files: {},
  },
} as const satisfies { readonly [K in RunKind]: Kind<Headers[K]> };

/** What a folder of a kind holds, in words. */
export function wordsOf(kind: RunKind): string {
  return `${KINDS[kind].what} of evalkit ${commandOf(KINDS[kind])}`;
}

/** The command that writes a kind of run. */
export function commandOf({ command, name }: Pick<Kind<AnyHeader>, 'command' | 'name'>): string {
  return command ?? name;
}

/** The files of records of all kinds. */
export function recordFiles(): string[] {
  const kinds: readonly Pick<Kind<AnyHeader>, 'files'>[] = Object.values(KINDS);
  return kinds.flatMap(({ files }) => Object.values(files).map(({ file }) => file));
}
