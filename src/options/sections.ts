/** The commands that a config file has a section for. */
export const SECTIONS = [
  'humaneval',
  'judge',
  'doctor',
  'quantize',
  'bench',
  'perplexity',
  'compare',
  'gate',
] as const;
export type SectionName = (typeof SECTIONS)[number];
