import type { Rendition, WhyNot } from '../rendition.ts';
import { picturesTogether } from '../several-runs.ts';
import type { ReportDocument } from '../words/document.ts';
import { matrixOfSuites } from './matrix.ts';

/** A suite's own report. */
export interface SuitePart {
  readonly suite: string;
  readonly rendition: Rendition;
}

/** Several suites' reports as one. */
export interface Together {
  readonly title: string;
  readonly parts: readonly SuitePart[];
  /** Begins the report in words; absent: the suites' own tables, one under the other. */
  readonly table?: ReportDocument['table'];
}

/** Reports of the same kind on several suites for every format; `data` is all that they say. */
export function renditionOfSuites(data: object, { title, parts, table }: Together): Rendition {
  const startedAt = parts[0]?.rendition.startedAt;
  const head = parts[0]?.rendition.head;
  const named = parts.map(({ suite, rendition }) => ({ name: suite, rendition }));
  return {
    data: () => data,
    document: () => {
      const documents = parts.map(({ suite, rendition }) => ({
        suite,
        document: rendition.document(),
      }));
      return togetherInWords({ title, documents, table });
    },
    table: allOf(parts, 'table', (tables) => ({
      columns: ['suite', ...new Set(tables.flatMap(({ part }) => part.columns))],
      rows: tables.flatMap(({ suite, part }) => part.rows.map((row) => ({ suite, ...row }))),
    })),
    suites: allOf(parts, 'suites', (all) => ({
      name: all.map(({ part }) => part.name).join('; '),
      suites: all.flatMap(({ suite, part }) =>
        part.suites.map((one) => ({ ...one, name: `${suite}: ${one.name}` })),
      ),
    })),
    annotations: allOf(parts, 'annotations', (all) =>
      all.flatMap(({ suite, part }) =>
        part.map((one) => ({ ...one, message: `${suite}: ${one.message}` })),
      ),
    ),
    pictures: () => picturesTogether(named),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(head === undefined ? {} : { head }),
    matrix: () => matrixOfSuites(named),
    details: () => {
      const found = parts.flatMap(({ suite, rendition }) => {
        const details = rendition.details?.();
        return details === undefined ? [] : [{ suite, ...details }];
      });
      const [first] = found;
      return first === undefined
        ? undefined
        : {
            heading: found.map(({ suite, heading }) => `${suite}: ${heading}`).join('; '),
            table: [
              ['suite', ...(first.table[0] ?? [])],
              ...found.flatMap(({ suite, table: rows }) =>
                rows.slice(1).map((row) => [suite, ...row]),
              ),
            ],
          };
    },
  };
}

/** What a reader must know of the suites' references before any figure, each thing once. */
export function firstLines({
  suites,
}: {
  readonly suites: Readonly<Record<string, { readonly firstLine: string }>>;
}): string {
  return [...new Set(Object.values(suites).map(({ firstLine }) => firstLine))].join('; ');
}

/** Where the reports have no such part, the reason why. */
function allOf<K extends 'table' | 'suites' | 'annotations', T>(
  parts: readonly SuitePart[],
  name: K,
  join: (all: readonly { readonly suite: string; readonly part: Made<Rendition[K]> }[]) => T,
): (() => T) | WhyNot {
  const missing = parts
    .map(({ rendition }) => rendition[name])
    .find((made) => typeof made === 'string');
  if (missing !== undefined) {
    return missing;
  }
  return () =>
    join(
      parts.flatMap(({ suite, rendition }) => {
        const make = rendition[name];
        // Each is what its own name makes.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return typeof make === 'string' ? [] : [{ suite, part: make() as Made<Rendition[K]> }];
      }),
    );
}

type Made<P> = P extends () => infer T ? T : never;

function togetherInWords({
  title,
  documents,
  table,
}: {
  readonly title: string;
  readonly documents: readonly { readonly suite: string; readonly document: ReportDocument }[];
  readonly table: ReportDocument['table'] | undefined;
}): ReportDocument {
  const answer = documents.flatMap(({ suite, document }) =>
    (document.answer ?? []).map((line) => `${suite}: ${line}`),
  );
  return {
    title,
    ...(answer.length === 0 ? {} : { answer }),
    ...(table === undefined ? {} : { isTurnable: true }),
    table: table ?? [
      ['suite', ...(documents[0]?.document.table[0] ?? [])],
      ...documents.flatMap(({ suite, document }) =>
        document.table.slice(1).map((row) => [suite, ...row]),
      ),
    ],
    tables: documents.flatMap(({ suite, document }) => [
      ...(table === undefined ? [] : [{ heading: document.title, table: document.table }]),
      ...(document.tables ?? []).map((one) => ({ ...one, heading: `${suite}: ${one.heading}` })),
    ]),
    sections: documents.flatMap(({ suite, document }) =>
      document.sections.map((one) => ({ ...one, heading: `${suite}: ${one.heading}` })),
    ),
    warnings: sharedWarnings(documents),
  };
}

/** Each warning once, with the names of its suites where it is not of all of them. */
function sharedWarnings(
  documents: readonly { readonly suite: string; readonly document: ReportDocument }[],
): string[] {
  const all = documents.flatMap(({ suite, document }) =>
    document.warnings.map((text) => ({ suite, text })),
  );
  return [...Map.groupBy(all, ({ text }) => text)].map(([text, found]) => {
    const suites = new Set(found.map(({ suite }) => suite));
    return suites.size === documents.length ? text : `${[...suites].join(', ')}: ${text}`;
  });
}
