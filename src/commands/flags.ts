/** A flag that takes a value; our own schema checks it. */
export function text(describe: string, alias?: string) {
  return { type: 'string', describe, ...(alias === undefined ? {} : { alias }) } as const;
}

/** A flag that is there or not. */
export function flag(describe: string) {
  return { type: 'boolean', describe } as const;
}

/** The flags of every command that judges. */
export const SANDBOX_FLAGS = {
  sandbox: text('How confined samples are: auto, l3, l2 or unsafe'),
  python: text('The Python that runs the samples'),
  'allow-package': text('Packages that samples may import beside the standard library'),
  workers: text('Samples judged at once (default: cores)'),
  timeout: text('Seconds of wall time a sample (default 3)'),
  'memory-mib': text("Address space of a sample's process, in MiB (default 1024)"),
  'answer-mib': text('Longest answer to one call, in MiB (default 32)'),
};

/** What candidates are held against. */
export const GATE_LIMIT_FLAGS = {
  'max-drop': text('Most that pass@1 may drop, as 5pp or 0.05 (default 5pp)'),
  confidence: text('Of each one-sided statement (default 0.95)'),
  'max-tpot-ratio': text("Most that TPOT may be over the baseline's, as 1.1"),
  'max-kl': text('Most mean KL divergence, in nats a token: a point threshold'),
  'min-pass': text('Least pass@1, as 0.6 or 60%: a point threshold'),
  'min-sandbox': text('Least level of the sandbox behind the verdicts: l1, l2 or l3'),
};
