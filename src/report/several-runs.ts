import type { Picture, TaskMatrix, TradeOff, Trend } from './pictures.ts';
import type { Rendition } from './rendition.ts';
import type { ReportDocument } from './words/document.ts';
import { shortNames } from './words/short-names.ts';

/** A run's report under the name that its reader gave it. */
export interface NamedRendition {
  readonly name: string;
  readonly rendition: Rendition;
}

/** Several runs side by side, as last week's and today's: the trend of each cell, and all that each run has. */
export function renditionOfRuns(runs: readonly NamedRendition[]): Rendition {
  const why = 'several runs are shown side by side by --format html alone';
  return {
    data: () => ({ runs: runs.map(({ name, rendition }) => ({ name, report: rendition.data() })) }),
    document: () => documentOf(runs),
    table: why,
    suites: why,
    annotations: why,
    pictures: () => [...trends(runs), ...picturesTogether(runs)],
    matrix: () => matrixTogether(runs),
  };
}

function documentOf(runs: readonly NamedRendition[]): ReportDocument {
  const all = runs.map(({ name, rendition }) => ({
    name,
    at: dateOf(rendition),
    document: rendition.document(),
  }));
  return {
    title: `${runs.length} runs`,
    answer: answered(all).flatMap(({ name, document: { answer = [] } }) =>
      answer.map((line) => `${name}: ${line}`),
    ),
    table: [
      ['run', 'begun', 'report'],
      ...all.map(({ name, at, document }) => [name, at, document.title]),
    ],
    tables: all.flatMap(({ name, document: { table, tables = [] } }) => [
      { heading: name, table },
      ...tables.map((one) => ({ ...one, heading: `${name}: ${one.heading}` })),
    ]),
    sections: all.flatMap(({ name, document }) =>
      document.sections.map((section) => ({ ...section, heading: `${name}: ${section.heading}` })),
    ),
    warnings: all.flatMap(({ name, document }) =>
      document.warnings.map((line) => `${name}: ${line}`),
    ),
  };
}

/** Of many runs the latest alone is told line by line; the trends have the others. */
function answered<T extends { readonly at: string }>(all: readonly T[]): readonly T[] {
  return all.length <= MANY
    ? all
    : all.toSorted((one, other) => (one.at < other.at ? -1 : 1)).slice(-1);
}

/** Last week's, yesterday's and today's are read beside each other. */
const MANY = 3;

function dateOf({ startedAt }: Rendition): string {
  return startedAt === undefined ? 'unknown' : startedAt.slice(0, 16).replace('T', ' ');
}

/** All cells over the same axes, then the pictures of each report by itself. */
export function picturesTogether(runs: readonly NamedRendition[]): Picture[] {
  return [...allTradeOffs(runs), ...runs.flatMap(ownPictures)];
}

function ownPictures({ name, rendition }: NamedRendition): Picture[] {
  return (rendition.pictures?.() ?? [])
    .filter(({ kind }) => kind !== 'trade-off')
    .map((picture) => ({ ...picture, heading: `${name}: ${picture.heading}` }));
}

/** The cells of all runs over the same axes. */
function allTradeOffs(runs: readonly NamedRendition[]): TradeOff[] {
  const all = namedByTasks(
    runs.flatMap(({ name, rendition }) =>
      tradeOffs(rendition).map((tradeOff) => ({ name, tradeOff })),
    ),
  );
  const [first] = all;
  const axes = new Map(
    all.flatMap(({ tradeOff }) => tradeOff.axes.map((axis) => [axis.name, axis])),
  );
  const points = all.flatMap(({ name, tradeOff }) =>
    tradeOff.points.map((point) => ({ ...point, name: `${name}: ${point.name}` })),
  );
  return first === undefined ? [] : [{ ...first.tradeOff, axes: [...axes.values()], points }];
}

/** How each cell went over the runs, by everything that more than one run measured of it. */
function trends(runs: readonly NamedRendition[]): Trend[] {
  const dated = namedByTasks(
    runs
      .flatMap(({ rendition }) => {
        const { startedAt } = rendition;
        return startedAt === undefined
          ? []
          : tradeOffs(rendition).map((tradeOff) => ({ at: startedAt, tradeOff }));
      })
      .toSorted((one, other) => (one.at < other.at ? -1 : 1)),
  );
  const axes = new Map(
    dated.flatMap(({ tradeOff }) => tradeOff.axes.map(({ name }) => [name, name])),
  );
  const ids = [...new Set(dated.flatMap(({ tradeOff }) => tradeOff.points.map(({ id }) => id)))];
  const names = shortNames(ids);
  return [...axes.keys()].flatMap((axis): Trend[] => {
    const rows = ids
      .map((id) => ({
        name: names.of(id),
        points: dated.flatMap(({ at, tradeOff }) => {
          const estimate = tradeOff.points.find((point) => point.id === id)?.values[axis];
          return estimate === undefined ? [] : [{ at, ...estimate }];
        }),
      }))
      .filter(({ points }) => points.length > 1);
    return rows.length === 0
      ? []
      : [{ kind: 'trend', heading: `${axis} over the runs`, unit: axis, rows }];
  });
}

/** Qualities of different tasks become axes of their own: nothing is held against what it does not compare with. */
function namedByTasks<T extends { readonly tradeOff: TradeOff }>(all: readonly T[]): T[] {
  const names = new Map(all.map(({ tradeOff: { tasks } }) => [tasks.sha256, tasks.name]));
  if (names.size < 2) {
    return [...all];
  }
  const isTold = new Set(names.values()).size === names.size;
  return all.map((one) => {
    const { axes, points, tasks } = one.tradeOff;
    const qualities = new Set(
      axes.filter(({ role }) => role === 'quality').map(({ name }) => name),
    );
    const owner = isTold ? tasks.name : `${tasks.name} (${tasks.sha256.slice(0, 8)})`;
    const named = (axis: string): string => (qualities.has(axis) ? `${owner}: ${axis}` : axis);
    const tradeOff = {
      ...one.tradeOff,
      axes: axes.map((axis) => ({ ...axis, name: named(axis.name) })),
      points: points.map((point) => ({
        ...point,
        values: Object.fromEntries(
          Object.entries(point.values).map(([axis, value]) => [named(axis), value]),
        ),
      })),
    };
    return { ...one, tradeOff };
  });
}

function tradeOffs({ pictures }: Rendition): TradeOff[] {
  return (pictures?.() ?? []).filter((picture) => picture.kind === 'trade-off');
}

/** All cells over all their tasks, held against the first report's reference. */
export function matrixTogether(runs: readonly NamedRendition[]): TaskMatrix | undefined {
  const all = runs.flatMap(({ name, rendition }) => {
    const matrix = rendition.matrix?.();
    return matrix === undefined ? [] : [{ name, matrix }];
  });
  const [first] = all;
  if (first === undefined) {
    return undefined;
  }
  const byTask = all.map(({ matrix }) => new Map(matrix.tasks.map((task) => [task.id, task])));
  const ids = [...new Set(byTask.flatMap((tasks) => [...tasks.keys()]))];
  return {
    cells: all.flatMap(({ name, matrix }) => matrix.cells.map((cell) => `${name}: ${cell}`)),
    reference: first.matrix.reference ?? 0,
    tasks: ids.map((id) => {
      const prompt = byTask.map((tasks) => tasks.get(id)?.prompt).find((one) => one !== undefined);
      return {
        id,
        ...(prompt === undefined ? {} : { prompt }),
        attempts: all.flatMap(
          ({ matrix }, index) => byTask[index]?.get(id)?.attempts ?? matrix.cells.map(() => []),
        ),
      };
    }),
  };
}
