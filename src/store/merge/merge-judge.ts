import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../../records/error.ts';
import { countSamples, type JudgedSample, type JudgeHeader } from '../../records/judge.ts';
import { hasTask, shardText } from '../../records/shard.ts';
import { KINDS } from '../kinds.ts';
import { HEADER_FILE, readRecords } from '../read-folder.ts';
import { digestOf } from './digest.ts';
import { mergedHeader, type Part } from './headers.ts';
import { LinePool } from './line-pool.ts';
import type { PreparedMerge } from './merge-run.ts';
import { MissingPieces } from './missing.ts';
import { mergeIncidents } from './sessions.ts';
import { shardsOf } from './shards-of.ts';
import { writeAll } from './write-all.ts';

const { files } = KINDS.judge;

/** Prepares to write the parts of verdicts on a file of samples as one, in the file's order. */
export function prepareJudgeMerge(
  parts: readonly [Part<JudgeHeader>, ...Part<JudgeHeader>[]],
): PreparedMerge {
  const headers = new Map(parts.map(({ name, header }) => [name, header]));
  const pool = new LinePool({
    file: files.verdicts,
    contentOf: (record: JudgedSample, { name }) => {
      refuseForeign(record, name, headers.get(name));
      const { outcome, taskId } = record;
      const said = outcome.kind === 'passed' ? outcome.kind : outcome.cause;
      return { place: placeOf(record.sample), digest: digestOf([taskId, said]) };
    },
  });
  for (const part of parts) {
    pool.addFolder(part);
  }
  const { samples } = parts[0].header.plan;
  const header: JudgeHeader = {
    ...mergedHeader(parts),
    output: `not written: evalkit judge ${samples.name} --run FOLDER writes it from these verdicts`,
  };
  return {
    missing: missingOf(parts, pool.size),
    write: (folder) => {
      writeFileSync(join(folder, HEADER_FILE), `${JSON.stringify(header, null, 2)}\n`);
      const places = Array.from({ length: samples.count }, (_, sample) => placeOf(sample));
      pool.write(places, folder);
      writeAll(folder, files.incidents.file, mergeIncidents(parts));
    },
  };
}

function placeOf(sample: number): string {
  return `sample ${sample}`;
}

function refuseForeign(
  { sample, taskId }: JudgedSample,
  name: string,
  header: JudgeHeader | undefined,
): void {
  const { shard } = header ?? {};
  if (header !== undefined && shard !== undefined && !hasTask(header, taskId)) {
    throw usageError(
      `${name} holds a verdict on sample ${sample} of ${taskId}, which is in no ${shardText(shard)}: it is not as evalkit left it; run it anew`,
    );
  }
}

/** Which samples are missing, their file alone would tell: how many each shard lacks, its folders do. */
function missingOf(parts: readonly Part<JudgeHeader>[], found: number): PreparedMerge['missing'] {
  const shards = shardsOf(parts);
  const missing = new MissingPieces(shards);
  const wanted = parts.flatMap(({ header }) =>
    header.shard === undefined ? [] : [{ header, index: header.shard.index }],
  );
  for (const [index, copies] of Map.groupBy(wanted, (one) => one.index)) {
    const [first] = copies;
    const judged = new Set(
      parts
        .filter(({ header }) => header.shard?.index === index)
        .flatMap(({ folder }) => readRecords(folder, files.verdicts).map(({ sample }) => sample)),
    );
    const asked = first === undefined ? 0 : askedOf(first.header);
    if (asked > judged.size) {
      missing.add('verdict', { index, count: asked - judged.size });
    }
  }
  const [first] = parts;
  const { plan } = first?.header ?? {};
  const whole = plan === undefined ? 0 : plan.samples.count - unsupportedOf(plan);
  if (shards.given.size === 0 && found < whole) {
    missing.add('verdict', { index: 1, count: whole - found });
  }
  return missing.all();
}

function askedOf(header: JudgeHeader): number {
  const { all, unsupported } = countSamples(header);
  return all - unsupported;
}

function unsupportedOf({ unsupported }: JudgeHeader['plan']): number {
  return unsupported.reduce((sum, { samples }) => sum + samples, 0);
}
