import { limitFlags } from '../limits/index.ts';
import { REPORT_FORMATS } from '../options/report-formats.ts';

/** A flag that takes a value; our own schema checks it. */
export function text(describe: string, alias?: string) {
  return { type: 'string', describe, ...(alias === undefined ? {} : { alias }) } as const;
}

/** A flag that is there or not. */
export function flag(describe: string) {
  return { type: 'boolean', describe } as const;
}

/** The flags that say how a report is printed. */
export const FORMAT_FLAGS = {
  format: text(`How to print it: ${REPORT_FORMATS.join(', ')} (default terminal)`),
  output: text('Write it to this file instead of stdout'),
  json: flag('The same as --format json'),
};

/** The flags that choose what is measured. */
export const MODEL_FLAGS = {
  model: text(
    'ITEM,…: a quantization (q8, q4_k_m, f16), a .gguf, base:quant or hf:owner/repo:QUANT',
    'm',
  ),
  base: text('What quantizations belong to: a catalogue name, a .gguf or a hub repository', 'b'),
};

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

/** The flags of every command that gates. */
export const GATE_FLAGS = {
  baseline: text("RUN, RUN#cell or a baseline file (default: the run's own reference cell)"),
  ...limitFlags,
  'allow-lossy-reference': flag('Let a pass against a quantized reference be a pass'),
  'allow-inconclusive': flag('End with 0 where the gate is inconclusive'),
};

/** The flags of a run that is gated when it is done. */
export const RUN_GATE_FLAGS = {
  'noise-floor': flag('Run the reference again at another batch size'),
  gate: flag('Decide on the run when it is done, as evalkit gate does'),
  sequential: flag('With --gate --baseline: end cells whose verdict is certain'),
  ...GATE_FLAGS,
};
