/** One figure of a cell; without a value where it was not measured, which the note explains. */
export interface MetricRow {
  /** Its path in the cell of report.json, as `tpotMs.median`. */
  readonly metric: string;
  readonly value?: number;
  readonly low95?: number;
  readonly high95?: number;
  readonly n?: number;
  readonly note?: string;
}

/** What of a cell tells how it was set up; everything else in it was measured. */
const SETUP: ReadonlySet<string> = new Set([
  'decode',
  'prompt',
  'maxTokens',
  'settings',
  'provenance',
  'weights',
  'parallel',
  'work',
  'outcome',
]);

/** The figure that an object's `ci95` is the interval of: the first of these that it has. */
const POINTS = ['estimate', 'micro', 'median'] as const;

/** Every number in a cell's report as a row of its own, in the report's order. */
export function metricRows(cell: object): MetricRow[] {
  return Object.entries(cell)
    .filter(([name]) => !SETUP.has(name))
    .flatMap(([name, value]) => rowsOf(value, name));
}

function rowsOf(value: unknown, path: string): MetricRow[] {
  if (typeof value === 'number') {
    return [{ metric: path, value }];
  }
  if (!isRecord(value)) {
    return [];
  }
  if (typeof value['notRun'] === 'string') {
    return [{ metric: path, note: `not run: ${value['notRun']}` }];
  }
  const certainty = certaintyOf(value, path);
  // Of a pass@k its k is in its name, and its tasks are its n.
  const isPassAtK = 'k' in value && 'tasks' in value;
  return Object.entries(value)
    .filter(([name]) => name !== 'ci95' && !(isPassAtK && (name === 'k' || name === 'tasks')))
    .flatMap(([name, inner]) =>
      rowsOf(inner, `${path}.${name}`).map((row) =>
        row.metric === certainty.metric ? { ...row, ...certainty } : row,
      ),
    );
}

/** The interval and n of the figure in an object that has them. */
function certaintyOf(value: Readonly<Record<string, unknown>>, path: string): MetricRow {
  // The mean of a divergence has the interval; its median stands beside it.
  const point = path.endsWith('.kl') ? 'mean' : POINTS.find((name) => name in value);
  const [low95, high95]: unknown[] = Array.isArray(value['ci95']) ? value['ci95'] : [];
  const n =
    value['n'] ?? value['total'] ?? value['tokens'] ?? ('k' in value ? value['tasks'] : undefined);
  return {
    metric: `${path}.${point}`,
    ...(typeof low95 === 'number' ? { low95 } : {}),
    ...(typeof high95 === 'number' ? { high95 } : {}),
    ...(typeof n === 'number' ? { n } : {}),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
