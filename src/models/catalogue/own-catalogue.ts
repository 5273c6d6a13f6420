import { z } from 'zod';
import { usageError } from '../../records/error.ts';
import { issueWords } from '../../records/issue-words.ts';
import { sha256Schema } from '../../records/model.ts';
import { CATALOGUE, type Catalogue, type CatalogueEntry } from './catalogue.ts';
import { nearestNames } from '../nearest-names.ts';
import { parseQuantization, type Quantization, QUANTIZATIONS } from '../quantization.ts';
import { saysInstruct } from '../repository.ts';

const fileSchema = z.strictObject({
  name: z
    .string('is not text')
    .endsWith('.gguf', 'is not a name of a .gguf file')
    .refine(staysInside, 'is not a path inside a repository'),
  bytes: z.int('is not a size in bytes').positive('is not a size in bytes').optional(),
  sha256: sha256Schema.optional(),
});

/** An entry as a user writes it; the hub gives checksums and sizes that are left out. */
const ownEntrySchema = z.strictObject({
  name: z
    .string('is not text')
    .regex(/^[a-z0-9.-]+$/, 'is not a name of lower-case letters, digits, dots and dashes'),
  repo: z
    .string('is not text')
    .regex(/^[\w.-]+\/[\w.-]+$/, 'is not a hub repository such as owner/name'),
  revision: z
    .string('is not text')
    .regex(
      /^[0-9a-f]{40}$/,
      'is not a commit of 40 hexadecimal digits (what a branch holds changes; hf:owner/repo@branch takes one)',
    ),
  licence: z.string('is not text').default('not stated'),
  /** Absent: as the repository's name says. */
  instruct: z.boolean('is neither true nor false').optional(),
  /** The model that drafts for it where the user names none, as `base:quant`. */
  draft: z
    .string('is not text')
    .regex(/^[a-z0-9.-]+:\w+$/i, 'is not a quantization of a base, such as base:q4_k_m')
    .optional(),
  /** By quantization: a file's name, or what is known of it. */
  files: z.record(
    z.string(),
    z.preprocess((file) => (typeof file === 'string' ? { name: file } : file), fileSchema),
    'is not a list of files by quantization',
  ),
});

/**
 * Checks one catalogue entry of a user's. `where` says where it stands, as
 * `evalkit.config.yaml: models.0`. Throws a usage error that names entry, field and value.
 */
export function parseCatalogueEntry(data: unknown, where: string): CatalogueEntry {
  const parsed = ownEntrySchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fieldError(data, where, { path: issue?.path ?? [], message: issueWords(issue) });
  }
  const { files, instruct, draft, ...entry } = parsed.data;
  const spellings = new Map<Quantization, string>();
  const known = Object.entries(files).map(([name, file]) => {
    const quantization = parseQuantization(name);
    if (quantization === undefined) {
      const nearest = nearestNames(name, QUANTIZATIONS).join(', ');
      const message = `is not a quantization; nearest: ${nearest}`;
      throw fieldError(data, where, { path: ['files', name], message });
    }
    const other = spellings.get(quantization);
    if (other !== undefined) {
      const message = `is ${quantization}, as files.${other} is`;
      throw fieldError(data, where, { path: ['files', name], message });
    }
    spellings.set(quantization, name);
    return [quantization, file] as const;
  });
  return {
    ...entry,
    ...(draft === undefined ? {} : { draft }),
    instruct: instruct ?? saysInstruct(entry.repo),
    files: Object.fromEntries(known) as Partial<Record<Quantization, z.infer<typeof fileSchema>>>,
  };
}

/**
 * The catalogue with a user's entries; one of a name that evalkit has replaces that. Throws a usage
 * error for a name that the user gives twice.
 */
export function mergeCatalogue(own: readonly CatalogueEntry[]): Catalogue {
  const names = own.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw usageError(`the base ${twice} is named twice; give each its own name`);
  }
  return [...CATALOGUE.filter(({ name }) => !names.includes(name)), ...own];
}

/** The name becomes a path below the cache folder. */
function staysInside(name: string): boolean {
  const segments = name.split(/[/\\]/);
  return !segments.some((segment) => segment === '' || segment === '.' || segment === '..');
}

function fieldError(
  data: unknown,
  where: string,
  { path, message }: { readonly path: readonly PropertyKey[]; readonly message: string },
): Error {
  const name = valueAt(data, ['name']);
  const entry = typeof name === 'string' ? `${where} (${name})` : where;
  // A file may stand there as its bare name.
  const value = valueAt(data, path) ?? bareName(data, path);
  const shown = path.length === 0 || value === undefined ? '' : ` ${JSON.stringify(value)}`;
  const field = path.length === 0 ? '' : ` ${path.map(String).join('.')}${shown}`;
  return usageError(
    `${entry}:${field} ${value === undefined && path.length > 0 ? 'is missing' : message}; correct the entry`,
  );
}

function bareName(data: unknown, path: readonly PropertyKey[]): string | undefined {
  const file =
    path[0] === 'files' && path.at(-1) === 'name' ? valueAt(data, path.slice(0, -1)) : '';
  return typeof file === 'string' && file !== '' ? file : undefined;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    data,
  );
}
