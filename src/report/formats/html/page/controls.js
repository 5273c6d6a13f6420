import { byId, choice, element, labelled } from './elements.js';

/** The filters above the matrix; `change` takes what somebody chose. */
export class Controls {
  constructor({ tasks, hasReference, change }) {
    const select = (name, entries) =>
      choice(entries, ({ target }) => change({ [name]: target.value }));
    const causes = [...new Set(tasks.flatMap((task) => [...task.causes]))].toSorted((one, other) =>
      one.localeCompare(other),
    );
    const ofFlips = (entries) => (hasReference ? entries : []);
    this.selects = {
      show: select('show', [
        ['', 'all tasks'],
        ...ofFlips([
          ['flipped', 'flipped'],
          ['lost', 'lost'],
          ['gained', 'gained'],
        ]),
        ['failed', 'failed anywhere'],
      ]),
      cause: select('cause', [['', 'any cause'], ...causes.map((name) => [name, name])]),
      sort: select('sort', [
        ['', 'by task'],
        ['passed', 'hardest first'],
        ...ofFlips([['flips', 'flips first']]),
      ]),
    };
    this.cut = element('input', {
      type: 'checkbox',
      onchange: ({ target }) => change({ cut: target.checked ? 'yes' : '' }),
    });
    this.query = element('input', {
      type: 'search',
      oninput: ({ target }) => change({ q: target.value }),
    });
    this.count = element('span', { id: 'shown', role: 'status' });
    this.place();
  }

  place() {
    const { show, cause, sort } = this.selects;
    byId('controls').append(
      labelled('Show', show),
      labelled('Cause', cause),
      labelled('Order', sort),
      labelled('Search id and text (/)', this.query),
      element('label', { className: 'check' }, this.cut, 'truncated alone'),
      this.count,
    );
  }

  /** Shows a state, and how many tasks it lets through. */
  follow(state, listed, all) {
    for (const [name, select] of Object.entries(this.selects)) {
      select.value = state[name] ?? '';
    }
    this.cut.checked = state.cut !== undefined;
    if (this.query.value !== (state.q ?? '')) {
      this.query.value = state.q ?? '';
    }
    this.count.textContent = `${listed} of ${all} tasks`;
  }
}
