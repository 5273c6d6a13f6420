/** Says what is wrong with a variable in a text; the caller knows where the text stands. */
export class VariableProblem extends Error {}

const VARIABLE = /\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?\}/g;

/**
 * Puts the environment's values in place of `${NAME}` and `${NAME:-default}`; an empty variable
 * counts as unset where there is a default, as in a shell. Throws `VariableProblem` for a variable
 * that is not set, and for a `${` that begins no variable.
 */
export function expandVariables(text: string, env: NodeJS.ProcessEnv): string {
  if (text.replace(VARIABLE, '').includes('${')) {
    throw new VariableProblem(`'${text}' is no variable; write \${NAME} or \${NAME:-default}`);
  }
  return text.replace(VARIABLE, (_, name: string, fallback: string | undefined) => {
    const value = fallback === undefined ? env[name] : env[name] || fallback;
    if (value === undefined) {
      throw new VariableProblem(
        `the variable ${name} is not set; set it, or write \${${name}:-default}`,
      );
    }
    return value;
  });
}
