import { visibleText } from '../../../records/visible-text.ts';
import type { Attempt, TaskMatrix } from '../../pictures.ts';
import { html, jsonForScript, type Markup } from '../markup.ts';

/** Rows that a browser may leave undrawn until somebody scrolls to them. */
const ROWS_IN_A_BODY = 50;

/** Characters of all texts together: a page of four cells and 164 tasks stays under a megabyte. */
const TEXT_BUDGET = 500_000;
const TEXT_BUDGET_EACH = 800;
/** No text is shown longer than this, however few there are. */
const LONGEST_TEXT = 20_000;
const SHORTEST_CUT = 200;

/** A table of verdicts that can be read without JavaScript, and all that a task's view needs as data. */
export function matrixOf(matrix: TaskMatrix): Markup {
  const bodies = chunks(matrix.tasks, ROWS_IN_A_BODY);
  return html`<section id="tasks"><h2>Tasks</h2>
<p class="note">${summaryOf(matrix)}</p>
<div id="controls"></div>
<div class="wide" tabindex="0" role="region" aria-label="Verdicts by task and cell"><table id="matrix"><caption>Verdicts by task and cell</caption><thead><tr><th scope="col">task</th>${matrix.cells.map((name, index) => html`<th scope="col">${visibleText(name)}${index === matrix.reference ? ' (reference)' : ''}</th>`)}</tr></thead>
${bodies.map(
  (tasks) => html`<tbody>${tasks.map((task) => rowOf(task, matrix.reference))}</tbody>
`,
)}</table></div>
</section>
<script type="application/json" id="data">${jsonForScript(dataOf(matrix))}</script>
`;
}

type Task = TaskMatrix['tasks'][number];

function rowOf({ id, attempts }: Task, reference: number | undefined): Markup {
  const base = reference === undefined ? undefined : passRate(attempts[reference]);
  return html`<tr><th scope="row">${visibleText(id)}</th>${attempts.map((own) => html`<td class="${classOf(own)}${differs(own, base) ? ' flip' : ''}">${textOf(own)}</td>`)}</tr>
`;
}

function classOf(attempts: readonly Attempt[]): string {
  const [first] = attempts;
  const isMixed = attempts.some(({ verdict }) => verdict !== first?.verdict);
  return isMixed ? 'mixed' : (first?.verdict ?? 'none');
}

/** In words, so that no colour is needed to tell them apart. */
function textOf(attempts: readonly Attempt[]): string {
  const [first] = attempts;
  if (first === undefined) {
    return 'none';
  }
  if (attempts.length > 1) {
    return `${attempts.filter(({ verdict }) => verdict === 'passed').length} of ${attempts.length}`;
  }
  return first.verdict === 'passed' ? 'passed' : (first.cause ?? 'failed');
}

function summaryOf({ tasks, cells, reference }: TaskMatrix): string {
  const flipped = tasks.filter(({ attempts }) => isFlipped(attempts, reference)).length;
  const all = `${tasks.length} tasks, ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`;
  return reference === undefined ? `${all}.` : `${all}; ${flipped} tasks flip between cells.`;
}

function isFlipped(attempts: Task['attempts'], reference: number | undefined): boolean {
  const base = reference === undefined ? undefined : passRate(attempts[reference]);
  return attempts.some((own) => differs(own, base));
}

/** `undefined` for a task that a cell was not asked: it cannot flip. */
function passRate(attempts: readonly Attempt[] = []): number | undefined {
  const passed = attempts.filter(({ verdict }) => verdict === 'passed').length;
  return attempts.length === 0 ? undefined : passed / attempts.length;
}

function differs(attempts: readonly Attempt[], base: number | undefined): boolean {
  const rate = passRate(attempts);
  return rate !== undefined && base !== undefined && rate !== base;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** What the page's script reads: texts once, attempts by their places among them. */
function dataOf({ cells, reference, tasks }: TaskMatrix): object {
  const longest = longestFor(tasks.flatMap(textsOf));
  const places = new Map<string, number>();
  const texts: string[] = [];
  const placeOf = (text: string | undefined): number | undefined => {
    if (text === undefined) {
      return undefined;
    }
    const shown = shownText(text, longest);
    const place = places.get(shown) ?? texts.push(shown) - 1;
    places.set(shown, place);
    return place;
  };
  const attempt = ({ verdict, text, detail, ...rest }: Attempt): object => ({
    v: verdict,
    c: rest.cause,
    d: placeOf(detail),
    t: placeOf(text),
    s: rest.stopReason,
    n: rest.newTokens,
    ms: rest.judgingMs,
    first: tenth(rest.ttftMs),
    each: tenth(rest.tpotMs),
    f: rest.firstDifference,
  });
  const rows = tasks.map(({ id, prompt, attempts }) => ({
    id: visibleText(id),
    p: placeOf(prompt),
    a: attempts.map((own) => own.map(attempt)),
  }));
  return { cells: cells.map(visibleText), reference, tasks: rows, texts };
}

/** A page needs no more digits of a time. */
function tenth(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Number(ms.toFixed(1));
}

function textsOf({ prompt, attempts }: Task): string[] {
  return [prompt, ...attempts.flat().flatMap(({ text, detail }) => [text, detail])].filter(
    (text) => text !== undefined,
  );
}

/** The length to which texts are cut for all of them to have room. */
function longestFor(texts: readonly string[]): number {
  const lengths = [...new Set(texts)].map(({ length }) => length);
  const budget = Math.max(TEXT_BUDGET, lengths.length * TEXT_BUDGET_EACH);
  let longest = LONGEST_TEXT;
  while (
    longest > SHORTEST_CUT &&
    lengths.reduce((total, length) => total + Math.min(length, longest), 0) > budget
  ) {
    longest = Math.floor(longest * 0.8);
  }
  return longest;
}

/** Lines and tabs as they are, all that steers or hides made visible, and no more than has room. */
function shownText(text: string, longest: number): string {
  const start = text.slice(0, longest);
  const visible = start.replace(/[^\n\t]+/g, visibleText);
  return text.length <= longest ? visible : `${visible}… (cut: ${text.length} characters in all)`;
}
