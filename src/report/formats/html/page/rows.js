import { button } from './elements.js';

/** The matrix's rows: which of them show, in which order; a click opens a task. */
export class Rows {
  constructor(table, tasks, change) {
    this.table = table;
    this.tasks = tasks;
    this.isSorted = false;
    for (const { row, id } of tasks) {
      row.cells[0].replaceChildren(button(id, () => change({ task: id, cell: '' })));
    }
    table.addEventListener('click', ({ target }) => {
      const cell = target.closest('td');
      const task = tasks.find(({ row }) => row === cell?.parentElement);
      if (task !== undefined) {
        change({ task: task.id, cell: String(cell.cellIndex - 1) });
      }
    });
  }

  /** Shows the tasks that are listed and no other. */
  follow(listed, isSorted) {
    const rows = new Set(listed.map(({ row }) => row));
    for (const { row } of this.tasks) {
      row.hidden = !rows.has(row);
    }
    if (isSorted || this.isSorted) {
      const rest = this.tasks.filter(({ row }) => !rows.has(row));
      this.arrange(isSorted ? [...listed, ...rest] : this.tasks);
    }
    this.isSorted = isSorted;
  }

  /** The bodies keep their number of rows: what is out of sight is not drawn, body by body. */
  arrange(order) {
    const bodies = [...this.table.tBodies];
    const size = Math.ceil(order.length / bodies.length);
    for (const [index, body] of bodies.entries()) {
      const own = order.slice(index * size, (index + 1) * size);
      body.replaceChildren(...own.map(({ row }) => row));
    }
  }
}
