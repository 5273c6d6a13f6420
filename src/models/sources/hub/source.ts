import { setTimeout } from 'node:timers/promises';
import prettyBytes from 'pretty-bytes';
import { EvalkitError } from '../../../records/error.ts';
import { publishedPath } from '../../cache/cache-folder.ts';
import { keepInCache } from '../../cache/cached-file.ts';
import type { Hold } from '../../../files/file-lock.ts';
import type { HubAnswer, HubClient, HubRange } from './client.ts';
import {
  findLeftover,
  type Leftover,
  receive,
  removeLeftover,
} from '../../cache/partial-download.ts';
import { reasonOf } from '../../../records/system-error.ts';
import type { PublishedFile } from '../../repository.ts';
import type { ModelSettings } from '../../settings.ts';
import { publishedVia, type Source, type SourceAnswer } from '../source.ts';

type Answered = Extract<HubAnswer, { kind: 'answered' }>;

interface Wish {
  readonly client: HubClient;
  readonly settings: ModelSettings;
  readonly wanted: PublishedFile;
  readonly hold: Hold;
  readonly firstWaitMs: number;
}

/** A refusal, and whether it was for lack of a response. */
type Attempt =
  | Extract<SourceAnswer, { kind: 'given' }>
  | (Extract<SourceAnswer, { kind: 'refused' }> & { readonly unanswered?: boolean });

/** How often one run resumes a transfer that breaks off, if it brought anything. */
const CONTINUATIONS = 5;
/** Wait before the first continuation; doubled each time. */
const FIRST_WAIT_MS = 100;

/**
 * The hub, over plain HTTP: the bytes are hashed as they come. A transfer that broke off resumes
 * where it ended, in this run or in a later one; the checksum is that of the whole file.
 */
export function hubSource(
  client: HubClient,
  settings: ModelSettings,
  firstWaitMs = FIRST_WAIT_MS,
): Source {
  return {
    name: 'hub',
    give: (wanted, hold) => download({ client, settings, wanted, hold, firstWaitMs }),
  };
}

async function download(wish: Wish): Promise<SourceAnswer> {
  const target = publishedPath(wish.settings.cacheFolder, wish.wanted);
  let leftover = await findLeftover(target, wish.hold);
  let hasGotOn = false;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await attemptDownload(wish, leftover);
    const now = await findLeftover(target, wish.hold);
    if (answer.kind === 'given') {
      return answer;
    }
    // Bytes of an earlier run that do not fit, and a transfer that got on: both deserve another try.
    const gotOn = (now?.bytes ?? 0) > (leftover?.bytes ?? 0);
    const wasDropped = leftover !== undefined && now === undefined;
    hasGotOn ||= gotOn;
    // Whatever cut the transfer may last a moment longer.
    const isAway = hasGotOn && answer.unanswered === true;
    if (!(gotOn || wasDropped || isAway) || attempt === CONTINUATIONS) {
      return giveUp(answer.reason, now, wish);
    }
    leftover = now;
    wish.settings.progress({ kind: 'note', text: `hub: ${answer.reason}; resuming` });
    const waitMs = wish.firstWaitMs * 2 ** attempt;
    await setTimeout(waitMs, undefined, { signal: wish.hold.signal });
  }
}

/** What came is kept, unless nothing did. */
async function giveUp(
  reason: string,
  leftover: Leftover | undefined,
  { settings, wanted, hold }: Wish,
): Promise<SourceAnswer> {
  if (leftover === undefined) {
    await removeLeftover(publishedPath(settings.cacheFolder, wanted), hold);
    return { kind: 'refused', reason };
  }
  const kept = `${prettyBytes(leftover.bytes)} of the file are kept; rerun the same command to resume`;
  return { kind: 'refused', reason: `${reason}; ${kept}` };
}

async function attemptDownload(wish: Wish, leftover: Leftover | undefined): Promise<Attempt> {
  const { client, wanted } = wish;
  const target = publishedPath(wish.settings.cacheFolder, wanted);
  const answer = await client.get(resolvePath(wanted), rangeOf(leftover, wanted));
  if (answer.kind === 'refused') {
    if (answer.status === 416) {
      await removeLeftover(target, wish.hold);
    }
    const unanswered = answer.status === undefined;
    return { kind: 'refused', reason: refusal(answer, wanted), unanswered };
  }
  const sha256 = wanted.sha256 ?? answer.sha256;
  const objection = objectTo(answer, wanted);
  if (sha256 === undefined || objection !== undefined) {
    answer.cancel();
    return { kind: 'refused', reason: objection ?? 'it names no sha256 for the file' };
  }
  if (answer.offset !== 0 && !fits(answer, leftover, sha256)) {
    answer.cancel();
    await removeLeftover(target, wish.hold);
    return { kind: 'refused', reason: 'the file has changed since its first bytes came' };
  }
  return transfer(wish, answer, { target, sha256 });
}

/** At least one byte is asked for: the range of none is an error. */
function rangeOf(leftover: Leftover | undefined, wanted: PublishedFile): HubRange | undefined {
  const isOther = wanted.sha256 !== undefined && wanted.sha256 !== leftover?.sha256;
  if (leftover === undefined || isOther) {
    return undefined;
  }
  const offset = Math.min(leftover.bytes, (wanted.bytes ?? Number.POSITIVE_INFINITY) - 1);
  return offset > 0 ? { offset, etag: leftover.etag } : undefined;
}

function fits(answer: Answered, leftover: Leftover | undefined, sha256: string): boolean {
  return leftover?.sha256 === sha256 && answer.offset <= leftover.bytes;
}

async function transfer(
  { settings, wanted, hold }: Wish,
  answer: Answered,
  { target, sha256 }: { readonly target: string; readonly sha256: string },
): Promise<SourceAnswer> {
  const bytes = wanted.bytes ?? answer.bytes;
  const { offset, etag } = answer;
  try {
    const parts = once(answer.body);
    await receive(
      { target, offset, parts, partsBefore: 0, sha256, bytes, etag, from: 'hub' },
      hold,
      settings,
    );
  } catch (error) {
    answer.cancel();
    hold.signal.throwIfAborted();
    if (error instanceof EvalkitError) {
      throw error;
    }
    return { kind: 'refused', reason: reasonOf(error) };
  }
  const revision = answer.commit ?? wanted.revision;
  const provenance = publishedVia('hub', { repo: wanted.repo, revision });
  return { kind: 'given', held: await keepInCache(target, sha256, provenance) };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** Where the hub has a file. */
export function resolvePath({
  repo,
  revision,
  name,
}: Pick<PublishedFile, 'repo' | 'revision' | 'name'>): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `/${repo}/resolve/${encodeURIComponent(revision)}/${path}`;
}

function refusal(answer: Extract<HubAnswer, { kind: 'refused' }>, wanted: PublishedFile): string {
  return answer.status === 404
    ? `404: ${wanted.repo} has no ${wanted.name} at ${wanted.revision}`
    : answer.reason;
}

/** Says before the transfer what would be found out after gigabytes. */
function objectTo(answer: Answered, wanted: PublishedFile): string | undefined {
  if (wanted.bytes !== undefined && answer.bytes !== undefined && answer.bytes !== wanted.bytes) {
    return `its file has ${answer.bytes} bytes, expected ${wanted.bytes}`;
  }
  if (
    wanted.sha256 !== undefined &&
    answer.sha256 !== undefined &&
    answer.sha256 !== wanted.sha256
  ) {
    return `its file has sha256 ${answer.sha256}, expected ${wanted.sha256}`;
  }
  return undefined;
}
