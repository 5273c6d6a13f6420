import { button, choice, element, labelled } from './elements.js';
import { firstDifference, note, sideOf } from './side.js';
import { passRate } from './tasks.js';

/** The dialog that shows a task: prompt, two completions side by side, their verdicts. */
export class TaskView {
  constructor({ data, change, step }) {
    this.data = data;
    this.task = undefined;
    const redraw = () => this.redraw();
    const cells = data.cells.map((name, index) => [String(index), name]);
    this.title = element('h2', { id: 'task-title' });
    this.body = element('div');
    this.left = choice(cells, redraw);
    this.right = choice(cells, redraw);
    this.samples = choice([], redraw);
    // It has the focus when the dialog opens: a choice would take the keys for itself.
    this.next = button('Next flip (j)', () => step(1));
    this.next.autofocus = true;
    const bar = [
      this.title,
      labelled('Left', this.left),
      ...(cells.length < 2 ? [] : [labelled('Right', this.right)]),
      labelled('Sample', this.samples),
      button('Previous flip (k)', () => step(-1)),
      this.next,
      button('Close', () => this.dialog.close()),
    ];
    this.dialog = element(
      'dialog',
      { onclose: () => change({ task: '', cell: '' }) },
      element('div', { className: 'bar' }, ...bar),
      this.body,
    );
    this.dialog.setAttribute('aria-labelledby', this.title.id);
    document.body.append(this.dialog);
  }

  /** Shows a task, beside the cell of that index where it is one; none: closes. */
  follow(task, cell) {
    if (task === undefined) {
      this.dialog.close();
      return;
    }
    if (task !== this.task || cell !== this.cell) {
      this.task = task;
      this.cell = cell;
      this.choose(task, cell);
      this.redraw();
      this.dialog.scrollTop = 0;
    }
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }

  /** Left the reference, right the cell that was asked for, else the first that flips. */
  choose({ id, a }, cell) {
    const base = this.data.reference ?? 0;
    const others = [...a.keys()].filter((index) => index !== base);
    const flipped = others.find((index) => Math.abs(passRate(a[index]) - passRate(a[base])) > 0);
    const right = others.includes(cell) ? cell : (flipped ?? others[0] ?? base);
    this.title.textContent = id;
    this.left.value = String(base);
    this.right.value = String(right);
    const most = Math.max(...a.map(({ length }) => length));
    const numbers = Array.from({ length: most }, (_, index) => String(index));
    this.samples.replaceChildren(...numbers.map((value) => element('option', { value }, value)));
    this.samples.parentElement.hidden = most < 2;
  }

  redraw() {
    const { cells, texts } = this.data;
    const { a, p } = this.task;
    const sides = (cells.length < 2 ? [this.left] : [this.left, this.right]).map(({ value }) =>
      Number(value),
    );
    const attempts = sides.map((side) => a[side][Number(this.samples.value)] ?? a[side][0]);
    const [one, other] = attempts.map((attempt) => texts[attempt?.t]);
    const at = firstDifference(one, other);
    this.body.replaceChildren(
      element('h3', {}, 'Prompt'),
      p === undefined
        ? note('The data set was not at hand when this page was made; evalkit show has the prompt.')
        : element('pre', { tabIndex: 0 }, texts[p]),
      element(
        'div',
        { className: 'sides' },
        ...attempts.map((attempt, index) => sideOf(cells[sides[index]], attempt, { texts, at })),
      ),
    );
  }
}
