import { isGgufName } from './gguf/split-file.ts';

/** Hosts of the hub and its short name; a mirror has the same paths. */
const ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)\/(?<path>[^?#]+)/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const PAGE =
  /^(?<repo>[\w.-]+\/[\w.-]+)(?:\/(?:tree|blob|resolve|raw)\/(?<revision>[^/]+)(?:\/(?<file>.+))?)?$/;
const BARE = /^(?<repo>[\w-][\w.-]*\/[\w.-]*[\w-])(?::(?<quantization>[\w.-]+))?$/;

/** What is meant where a user wrote a repository's name or its page instead of an `hf:` item. */
export interface HubAddress {
  readonly repo: string;
  readonly revision: string | undefined;
  readonly file: string | undefined;
  readonly quantization: string | undefined;
}

/** Reads `owner/repo`, `owner/repo:Q8_0` and the addresses of the hub's pages; `undefined` for other texts. */
export function readHubAddress(text: string): HubAddress | undefined {
  const path = ADDRESS.exec(text.replace(/^hf:\/\//i, 'hf.co/'))?.groups?.['path'];
  const found =
    path === undefined
      ? BARE.exec(text)
      : (PAGE.exec(decoded(path).replace(/\/+$/, '')) ?? BARE.exec(path));
  const { repo, revision, file, quantization } = found?.groups ?? {};
  return repo === undefined || isGgufName(repo)
    ? undefined
    : { repo, revision: revision === 'main' ? undefined : revision, file, quantization };
}

/** True for an address of another place than the hub. */
export function isOtherAddress(text: string): boolean {
  return SCHEME.test(text) && readHubAddress(text) === undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The item of `--model` that is meant; of a repository alone, its q8_0. */
export function hubModelItem({ repo, revision, file, quantization = 'Q8_0' }: HubAddress): string {
  const of = file !== undefined && isGgufName(file) ? `/${file}` : `:${quantization}`;
  return `hf:${repo}${of}${revision === undefined ? '' : `@${revision}`}`;
}

/** The item of `--base` that is meant. */
export function hubBaseItem({ repo, revision }: HubAddress): string {
  return `hf:${repo}${revision === undefined ? '' : `@${revision}`}`;
}
