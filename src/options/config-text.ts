import { usageError } from '../records/error.ts';
import { parseYaml, type YamlPath, type YamlText } from './yaml.ts';

/** No setting lies deeper; an anchor can hold itself, and then has no bottom. */
const DEEPEST = 16;

/**
 * Reads a config file's YAML or JSON and fills in the variables. Throws a usage error with file and
 * line for text that is neither, and for a variable that cannot be filled in.
 */
export function parseConfigText(text: string, name: string, env: NodeJS.ProcessEnv): YamlText {
  const { data, where } = parseYaml(text, name);
  return { data: expand(data, []), where };

  function expand(value: unknown, path: YamlPath): unknown {
    if (path.length > DEEPEST) {
      const [top = '', ...rest] = path.slice(0, 3);
      throw usageError(
        `${where([top])}: ${[top, ...rest].join('.')} is nested too deeply, or contains itself`,
      );
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => expand(item, [...path, index]));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, expand(item, [...path, key])]),
      );
    }
    return typeof value === 'string' ? expandText(value, path) : value;
  }

  function expandText(value: string, path: YamlPath): string {
    try {
      return expandVariables(value, env);
    } catch (error) {
      if (error instanceof VariableProblem) {
        throw usageError(`${where(path)}: ${path.join('.')}: ${error.message}`);
      }
      throw error;
    }
  }
}

/** Says what is wrong with a variable in a text; the caller knows where the text stands. */
class VariableProblem extends Error {}

const VARIABLE = /\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?\}/g;

/** A name of what a build keeps from its own code, let alone from a file that comes along with it. */
const SECRET = /TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|(?:^|_)KEYS?(?:_|$)/i;

/**
 * Puts the environment's values in place of `${NAME}` and `${NAME:-default}`; an empty variable
 * counts as unset where there is a default, as in a shell. Throws `VariableProblem` for a variable
 * that is not set or holds a secret, and for a `${` that does not begin one.
 */
function expandVariables(text: string, env: NodeJS.ProcessEnv): string {
  if (text.replace(VARIABLE, '').includes('${')) {
    throw new VariableProblem(`'${text}' is not a variable; write \${NAME} or \${NAME:-default}`);
  }
  return text.replace(VARIABLE, (_, name: string, fallback: string | undefined) => {
    if (SECRET.test(name)) {
      throw new VariableProblem(
        `the variable ${name} holds a secret by its name, and what a config file says is printed and kept; give the value on the command line`,
      );
    }
    const value = fallback === undefined ? env[name] : env[name] || fallback;
    if (value === undefined) {
      throw new VariableProblem(
        `the variable ${name} is not set; set it, or write \${${name}:-default}`,
      );
    }
    return value;
  });
}
