/*
 * Loaded into the command by NODE_OPTIONS: after a moment its clock goes an hour back, as that of a machine that
 * is set right. A simulation: only what this process sees of the time changes, not the kernel's clock.
 */

const HOUR_MS = 3_600_000;
const RealDate = Date;
const begun = performance.now();
const after = Number(process.env['CHAOS_CLOCK_AFTER_MS'] ?? 0);

function offset(): number {
  return performance.now() - begun > after ? HOUR_MS : 0;
}

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [value: number | string | Date]) {
    super(given.length === 0 ? RealDate.now() - offset() : given[0]);
  }

  static override now(): number {
    return RealDate.now() - offset();
  }
} as DateConstructor;
