/** The page's tasks with their rows, and what filters and orders ask of them. */
export function readTasks(data, rows) {
  return data.tasks.map((task, index) => {
    const attempts = task.a.flat();
    const rates = task.a.map(passRate);
    const base = data.reference === undefined ? undefined : rates[data.reference];
    return {
      ...task,
      index,
      row: rows[index],
      passed: rates.reduce((total, rate) => total + (rate || 0), 0),
      lost: rates.some((rate) => rate < base),
      gained: rates.some((rate) => rate > base),
      failed: attempts.some(({ v }) => v !== 'passed'),
      causes: new Set(attempts.flatMap(({ c }) => c ?? [])),
      truncated: attempts.some(({ s }) => s === 'max-tokens'),
    };
  });
}

/** Share of a cell's attempts at a task that passed; no number where it was not asked the task. */
export function passRate(attempts) {
  return attempts.filter(({ v }) => v === 'passed').length / attempts.length;
}

/** Whether some cell solves a task more or less often than the reference. */
export function isFlip({ lost, gained }) {
  return lost || gained;
}

const KEEPS = {
  flipped: isFlip,
  lost: ({ lost }) => lost,
  gained: ({ gained }) => gained,
  failed: ({ failed }) => failed,
};

const ORDERS = {
  passed: (one, other) => one.passed - other.passed,
  flips: (one, other) => Number(isFlip(other)) - Number(isFlip(one)),
};

/** The tasks that a state lets through, in its order; `texts` are those that places point at. */
export function listTasks(tasks, { show, cause, cut, q = '', sort }, texts) {
  const words = q.toLowerCase();
  const kept = tasks.filter(
    (task) =>
      (KEEPS[show]?.(task) ?? true) &&
      (cause === undefined || task.causes.has(cause)) &&
      (cut === undefined || task.truncated) &&
      (words === '' || holds(task, words, texts)),
  );
  const order = ORDERS[sort];
  return order === undefined ? kept : kept.toSorted(order);
}

function holds(task, words, texts) {
  const places = [task.p, ...task.a.flat().flatMap(({ t, d }) => [t, d])];
  return [task.id, ...places.map((place) => texts[place])].some((text) =>
    text?.toLowerCase().includes(words),
  );
}

/** The task that stands so many flips further among those that are listed; all, where none flips. */
export function nextTask(listed, current, by) {
  const flips = listed.filter(isFlip);
  const stops = flips.length === 0 ? listed : flips;
  const at = listed.indexOf(current);
  return by > 0
    ? stops.find((one) => listed.indexOf(one) > at)
    : stops.findLast((one) => at === -1 || listed.indexOf(one) < at);
}
