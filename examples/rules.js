// Every export is a rule: a function from the facts of one candidate to true or false.
// What the facts are called is what report.json calls them.

export const fastEnough = ({ cell }) => !('tpotMs' in cell) || cell.tpotMs.median < 40;

export const answersEnd = ({ cell }) => cell.stopReasons['max-tokens'] <= 0.05 * cell.passAt1.total;

export const noNewTimeouts = ({ cell, reference }) =>
  !('failures' in reference) || cell.failures.timeout <= reference.failures.timeout + 2;
