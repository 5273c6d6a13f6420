import { EvalkitError } from '../../records/error.ts';
import { publishedPath } from '../cache-folder.ts';
import { keepInCache } from '../cached-file.ts';
import type { HubAnswer, HubClient } from '../hub-client.ts';
import { reasonOf } from '../reason.ts';
import type { PublishedFile } from '../repository.ts';
import type { ModelSettings } from '../settings.ts';
import { writeVerified } from '../verified-file.ts';
import { publishedVia, type Source, type SourceAnswer } from './source.ts';

type Answered = Extract<HubAnswer, { kind: 'answered' }>;

/** The hub, over plain HTTP: the bytes are hashed as they come. */
export function hubSource(client: HubClient, settings: ModelSettings): Source {
  return {
    name: 'hub',
    async give(wanted) {
      const answer = await client.get(resolvePath(wanted));
      if (answer.kind === 'refused') {
        return { kind: 'refused', reason: answer.reason };
      }
      const sha256 = wanted.sha256 ?? answer.sha256;
      const objection = objectTo(answer, wanted);
      if (sha256 === undefined || objection !== undefined) {
        answer.cancel();
        return { kind: 'refused', reason: objection ?? 'it names no sha256 for the file' };
      }
      return download({ answer, wanted, sha256, settings });
    },
  };
}

function resolvePath({ repo, revision, name }: PublishedFile): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `/${repo}/resolve/${encodeURIComponent(revision)}/${path}`;
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

async function download(options: {
  readonly answer: Answered;
  readonly wanted: PublishedFile;
  readonly sha256: string;
  readonly settings: ModelSettings;
}): Promise<SourceAnswer> {
  const { answer, wanted, sha256, settings } = options;
  const target = publishedPath(settings.cacheFolder, wanted);
  const bytes = wanted.bytes ?? answer.bytes;
  try {
    await writeVerified({ target, chunks: answer.body, sha256, bytes, from: 'hub' }, settings);
  } catch (error) {
    settings.signal.throwIfAborted();
    if (error instanceof EvalkitError) {
      throw error;
    }
    return { kind: 'refused', reason: reasonOf(error) };
  }
  const revision = answer.commit ?? wanted.revision;
  const provenance = publishedVia('hub', { repo: wanted.repo, revision });
  return { kind: 'given', held: await keepInCache(target, sha256, provenance) };
}
