/** The flag of an option's name in camel case: `maxTokens` is `--max-tokens`. */
export function flagName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
