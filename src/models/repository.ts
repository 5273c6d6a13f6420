import type { Quantization } from './quantization.ts';

/** One weight file that somebody put out. */
export interface PublishedFile {
  /** As `owner/name`. */
  readonly repo: string;
  /** A commit of that repository. */
  readonly revision: string;
  /** Path inside the repository. */
  readonly name: string;
  /** What the name says; `undefined` where it says nothing that we know. */
  readonly quantization: Quantization | undefined;
  /** `undefined`: only the hub can tell. */
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
  /** Packages that carry the file in parts. */
  readonly packages: PackageParts | undefined;
  /** Of a model that was cut into several files: all of them that were put out, in order. */
  readonly parts?: readonly PublishedFile[];
}

/** A file cut over the packages `prefix` + 1 to `prefix` + `parts`. */
export interface PackageParts {
  readonly prefix: string;
  readonly parts: number;
  readonly version: string;
}

/** The weight files of one model. */
export interface Repository {
  /** Catalogue name, or `owner/name`. */
  readonly base: string;
  readonly repo: string;
  /** Branch, tag or commit, as it was named. */
  readonly revision: string;
  readonly instruct: boolean;
  readonly files: readonly PublishedFile[];
  /** Files of it that are no models. */
  readonly others: readonly OtherFile[];
  /** Names of weights in other formats than GGUF. */
  readonly foreign: readonly string[];
}

/** A .gguf that is no model. */
export interface OtherFile {
  readonly name: string;
  /** What it is, as `a vision projector`. */
  readonly what: string;
}

/** How many files of a repository a message names. */
const NAMED_FILES = 8;

/** A repository's files, as a user would name one. */
export function fileNames({ repo, files }: Pick<Repository, 'repo' | 'files'>): string {
  const more = files.length > NAMED_FILES ? `, … (${files.length} in all)` : '';
  const named = files.slice(0, NAMED_FILES).map(({ name }) => `hf:${repo}/${name}`);
  return `${named.join(', ')}${more}`;
}

/** A name that says `instruct`, `chat` or `it` belongs to a model tuned to follow instructions. */
export function saysInstruct(name: string): boolean {
  return /(?:^|[-_./])(?:instruct|chat|it)(?:[-_./]|$)/i.test(name);
}
