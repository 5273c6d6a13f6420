// Every export is a rule: a function from the facts of one candidate to true or false.
// What the facts are called is what report.json calls them. What was not measured is an error, and
// these rules mean it to be one: a rule that lets a missing figure through decides on nothing.

export const fastEnough = ({ cell }) => cell.tpotMs.median < 40;

export const answersEnd = ({ cell }) => cell.stopReasons['max-tokens'] <= 0.05 * cell.passAt1.total;

// A number, not the reference's: a baseline file keeps no counts of causes.
export const fewTimeouts = ({ cell }) => cell.failures.timeout <= 2;
