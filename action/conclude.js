/*
 * The last word of the action: its outputs, and, where no verdict was reached, the head of the step
 * summary that says so. Plain JavaScript without a dependency: it also runs where the install failed.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const { env } = process;
const OUT = env.EVALKIT_OUT ?? '';
const MEASURED = env.EVALKIT_MEASURE === 'success';

/** The worst first. */
const VERDICTS = ['fail', 'inconclusive', 'pass'];
const verdict = VERDICTS.find((known) => known === env.EVALKIT_VERDICT) ?? '';

const head = headOf();
if (head !== undefined) {
  appendFileSync(env.GITHUB_STEP_SUMMARY, head);
}
for (const [name, value] of Object.entries({ verdict, ...figures(), report: reportPath() })) {
  // A value with line breaks must not become further outputs.
  const end = randomUUID();
  appendFileSync(env.GITHUB_OUTPUT, `${name}<<${end}\n${value}\n${end}\n`);
}

function figures() {
  if (verdict !== '') {
    const cell = decidingCell(readJson('gate.json')?.cells ?? []);
    return {
      'pass-at-1': cell?.passAt1?.estimate ?? '',
      drop: cell?.drop?.estimate ?? '',
      'drop-lower': cell?.drop?.lower ?? '',
      'drop-upper': cell?.drop?.upper ?? '',
    };
  }
  const cells = MEASURED ? (readJson('report.json')?.cells ?? []) : [];
  const rates = cells.map(({ passAt1 }) => passAt1?.estimate).filter(Number.isFinite);
  return {
    'pass-at-1': rates.length === 0 ? '' : Math.min(...rates),
    drop: '',
    'drop-lower': '',
    'drop-upper': '',
  };
}

/** Of the worst verdict the largest drop; a cell that a rule stopped early has none. */
function decidingCell(cells) {
  return cells.toSorted(
    (one, other) =>
      VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict) ||
      dropOf(other) - dropOf(one),
  )[0];
}

function dropOf(cell) {
  return cell.drop?.estimate ?? -Infinity;
}

function reportPath() {
  const path = join(OUT, 'report.json');
  return env.EVALKIT_MEASURE !== 'skipped' && existsSync(path) ? path : '';
}

/** Nothing where a verdict heads the summary, or where a run without a gate has ended well. */
function headOf() {
  const isGated = env.EVALKIT_BASELINE !== '';
  if (verdict !== '' || (MEASURED && !isGated)) {
    return undefined;
  }
  const title = isGated ? 'gate: no verdict' : 'measuring did not end';
  return `# ${title}\n\n> **${reason()}**\n\n`;
}

function reason() {
  const ended = MEASURED
    ? { step: 'the gate', outcome: env.EVALKIT_GATE, code: env.EVALKIT_GATE_CODE }
    : { step: 'measuring', outcome: env.EVALKIT_MEASURE, code: env.EVALKIT_MEASURE_CODE };
  if (ended.outcome === 'cancelled') {
    return `${ended.step} was cancelled`;
  }
  // Skipped, or killed before it could write an exit code down.
  if (!/^\d+$/.test(ended.code ?? '')) {
    return `${ended.step} did not run to its end; the log of the job says why`;
  }
  const kind = { 2: 'wrong input', 3: 'infrastructure, or incomplete' }[ended.code];
  const said = lastError();
  return [
    `${ended.step} ended with exit code ${ended.code}${kind === undefined ? '' : ` (${kind})`}`,
    ...(said === undefined ? [] : [escapeMarkdown(said)]),
  ].join(': ');
}

/** The line in which evalkit said why it stopped. */
function lastError() {
  const path = join(env.RUNNER_TEMP ?? '', 'evalkit-stderr.txt');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split(/[\r\n]+/) : [];
  return lines
    .findLast((line) => line.startsWith('evalkit: '))
    ?.slice('evalkit: '.length)
    .slice(0, 2_000);
}

/** Names and paths are strangers' text: nothing in them is markup, as in the reports. */
function escapeMarkdown(text) {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
    .replace(/[\\`*_[\]<>|#&~$]/g, (character) => `\\${character}`);
}

function readJson(name) {
  try {
    return JSON.parse(readFileSync(join(OUT, name), 'utf8'));
  } catch {
    // Not written: what it would have held is empty.
    return undefined;
  }
}
