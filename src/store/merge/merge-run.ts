import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellPlan, Plan } from '../../records/plan.ts';
import { samplesOf } from '../../records/decode.ts';
import { usageError } from '../../records/error.ts';
import type { RunHeader } from '../../records/run-header.ts';
import { KINDS } from '../kinds.ts';
import { HEADER_FILE, readRecords } from '../read-folder.ts';
import { mergedHeader, type Part } from './headers.ts';
import { MissingPieces, type MissingOfShard } from './missing.ts';
import {
  type CompletionPlace,
  completionPlace,
  poolRun,
  type RunPools,
  timingPlace,
} from './run-pools.ts';
import { mergeRunScores } from './run-scores.ts';
import { refuseOtherHardware } from './same-hardware.ts';
import { mergeIncidents, mergeSessions } from './sessions.ts';
import { shardsOf } from './shards-of.ts';
import { writeAll } from './write-all.ts';

const { files } = KINDS.humaneval;

/** How parts of a run are merged. */
export interface MergeRun {
  readonly parts: readonly [Part<RunHeader>, ...Part<RunHeader>[]];
  /** The plan's cells in the order in which one machine generates them. */
  readonly cells: readonly CellPlan[];
  /** False: timings are left out. */
  readonly latency: boolean;
}

/** A merge that was found to be possible, and has written nothing yet. */
export interface PreparedMerge {
  readonly missing: readonly MissingOfShard[];
  readonly write: (folder: string) => void;
}

/**
 * Prepares to write the parts of a run as one: completions and verdicts in the order in which one
 * machine would have generated them. Throws a usage error for parts that contradict each other.
 */
export function prepareRunMerge(merge: MergeRun): PreparedMerge {
  const { parts, cells, latency } = merge;
  refuseStopped(parts);
  if (latency) {
    refuseOtherHardware(parts);
  }
  const header = headerOf(merge);
  const pools = poolRun(parts);
  const missing = new MissingPieces(shardsOf(parts));
  const scores = mergeRunScores(parts, missing);
  noteMissing(pools, { cells, plan: header.plan, missing });
  return {
    missing: missing.all(),
    write: (folder) => {
      writeFileSync(join(folder, HEADER_FILE), `${JSON.stringify(header, null, 2)}\n`);
      const places = [...completionPlaces(cells, header.plan)].map(completionPlace);
      pools.completions.write(places, folder);
      pools.verdicts.write(
        places.filter((place) => pools.completions.has(place)),
        folder,
      );
      writeSessions(merge, { pools, plan: header.plan, folder });
      writeAll(folder, files.incidents.file, mergeIncidents(parts));
      scores.write(folder);
    },
  };
}

function headerOf({ parts, latency }: MergeRun): RunHeader {
  const { plan, ...header } = mergedHeader(parts);
  const { latency: _, ...untimed } = plan;
  return { ...header, plan: latency ? plan : untimed, merged: [...header.merged] };
}

/** Which tasks such a cell was asked depended on its completions, of which a shard has a part. */
function refuseStopped(parts: readonly Part<RunHeader>[]): void {
  for (const { name, folder } of parts) {
    const [stop] = readRecords(folder, files.stops);
    if (stop !== undefined) {
      throw usageError(
        `${name}: ${stop.cell} was stopped by rule (--sequential), and such a cell is not merged; finish its run without --sequential`,
      );
    }
  }
}

function* completionPlaces(
  cells: readonly CellPlan[],
  { dataset }: Plan,
): Generator<CompletionPlace> {
  for (const cell of cells) {
    for (const taskId of dataset.taskIds) {
      for (let sample = 0; sample < samplesOf(cell); sample += 1) {
        yield { cell: cell.id, taskId, sample };
      }
    }
  }
}

function* timingPlaces(
  cells: readonly CellPlan[],
  { latency }: Plan,
): Generator<{ readonly taskId: string; readonly place: string }> {
  const timed = cells.filter(
    ({ role, notRun }) => role === undefined && notRun?.['latency'] === undefined,
  );
  for (let repeat = 0; repeat < (latency?.repeats ?? 0); repeat += 1) {
    for (const taskId of latency?.taskIds ?? []) {
      for (const { id } of timed) {
        yield { taskId, place: timingPlace({ cell: id, taskId, repeat }) };
      }
    }
  }
}

function noteMissing(
  { completions, verdicts, timings }: RunPools,
  {
    cells,
    plan,
    missing,
  }: {
    readonly cells: readonly CellPlan[];
    readonly plan: Plan;
    readonly missing: MissingPieces;
  },
): void {
  for (const where of completionPlaces(cells, plan)) {
    const piece = { taskId: where.taskId, place: completionPlace(where) };
    if (!completions.has(piece.place)) {
      missing.addOfTask('completion', piece);
    } else if (!verdicts.has(piece.place)) {
      missing.addOfTask('verdict', piece);
    }
  }
  for (const piece of timingPlaces(cells, plan)) {
    if (!timings.has(piece.place)) {
      missing.addOfTask('timing', piece);
    }
  }
}

function writeSessions(
  { parts, cells, latency }: MergeRun,
  {
    pools,
    plan,
    folder,
  }: { readonly pools: RunPools; readonly plan: Plan; readonly folder: string },
): void {
  const { sessions, numberOf } = mergeSessions(parts);
  const kept = latency ? sessions : sessions.filter(({ pass }) => pass !== 'latency');
  writeAll(folder, files.sessions.file, kept);
  const places = [...timingPlaces(cells, plan)].map(({ place }) => place);
  const timings = pools.timings.read(places);
  const renumbered = timings.map(({ record, source }) => {
    const session =
      record.session === undefined ? undefined : numberOf(source.name, record.session);
    return { ...record, ...(session === undefined ? {} : { session }) };
  });
  writeAll(folder, files.timings.file, renumbered);
}
