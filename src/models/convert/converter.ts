/** What converting needs of the rest of the program: whoever opens the models brings it along. */
export interface Converter {
  /** The interpreter of the converter's environment. Throws a usage error that says how to get one. */
  python(): Promise<string>;
  /**
   * Checks a converted file before it is used; gives what was checked and what could not be, each as a
   * half sentence. Throws an environment error where the file is not what the folder says.
   */
  check(candidate: Candidate): Promise<readonly string[]>;
}

/** A file that nobody has used yet. */
export interface Candidate {
  /** Path of the GGUF file. */
  readonly file: string;
  /** Path of the folder that it was made from. */
  readonly folder: string;
  /** What the user named, for errors. */
  readonly item: string;
  /** Texts and, for each, the tokens that the folder's own tokenizer makes of it. */
  readonly texts: readonly string[];
  readonly tokens: readonly (readonly number[])[];
}
