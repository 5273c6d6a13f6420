/** What a config file says to one command. */
export interface ConfigSection {
  /** By option, in camel case; numbers and lists in the form that flags have. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where an option stands, as `evalkit.config.yaml:3: humaneval.model`. */
  readonly where: (option: string) => string;
}

/** What a config file without it says to a command. */
export const NO_SECTION: ConfigSection = { values: {}, where: (option) => option };
