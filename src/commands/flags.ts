/** A flag that takes a value; our own schema checks it. */
export function text(describe: string, alias?: string) {
  return { type: 'string', describe, ...(alias === undefined ? {} : { alias }) } as const;
}

/** A flag that is there or not. */
export function flag(describe: string) {
  return { type: 'boolean', describe } as const;
}

/** The flags that choose the text of perplexity. */
export const TEXT_FLAGS = {
  kl: flag('Also measure KL divergence from the reference'),
  'ppl-data': text('Text for perplexity: .jsonl, .json, .parquet or .txt (also EVALKIT_PPL_DATA)'),
  field: text('Which field of a row is scored (default text)'),
  rows: text('How many rows are scored, from the first (default 512)'),
};

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
