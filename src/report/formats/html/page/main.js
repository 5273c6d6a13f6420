import { startAxes } from './axes.js';
import { Controls } from './controls.js';
import { byId } from './elements.js';
import { Rows } from './rows.js';
import { listTasks, nextTask, readTasks } from './tasks.js';
import { TaskView } from './view.js';

/** The tasks of the page. What is shown of them is the URL's hash, so that a link shows it again. */
function startTasks(data) {
  const table = byId('matrix');
  const tasks = readTasks(data, table.querySelectorAll('tbody tr'));
  const hasReference = data.reference !== undefined;
  let state = {};
  let listed = tasks;
  const find = (id) => tasks.find((task) => task.id === id);
  const change = (changes) => {
    const entries = Object.entries({ ...state, ...changes }).filter(([, value]) => value !== '');
    history.replaceState(null, '', `#${new URLSearchParams(entries).toString()}`);
    follow();
  };
  const step = (by) => {
    const next = nextTask(listed, find(state.task), by);
    if (next !== undefined) {
      change({ task: next.id, cell: '' });
    }
  };
  const controls = new Controls({ tasks, hasReference, change });
  const rows = new Rows(table, tasks, change);
  const view = new TaskView({ data, change, step });
  function follow() {
    state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    listed = listTasks(tasks, state, data.texts);
    controls.follow(state, listed.length, tasks.length);
    rows.follow(listed, state.sort !== undefined);
    view.follow(find(state.task), Number(state.cell ?? Number.NaN));
  }
  addEventListener('hashchange', follow);
  addEventListener('keydown', (event) => {
    const isTyping = /^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === 'j' || event.key === 'k') {
      step(event.key === 'j' ? 1 : -1);
    } else if (event.key === '/') {
      event.preventDefault();
      change({ task: '', cell: '' });
      controls.query.focus();
    }
  });
  follow();
}

startAxes();
const source = byId('data');
if (source !== null) {
  startTasks(JSON.parse(source.textContent));
}
