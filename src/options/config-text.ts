import { isNode, LineCounter, parseDocument } from 'yaml';
import { usageError } from '../records/error.ts';

/** A path of keys and positions in a document. */
export type ConfigPath = readonly (string | number)[];

/** No setting lies deeper; an anchor can hold itself, and then has no bottom. */
const DEEPEST = 16;

/** The data of a config file, variables filled in, and where each part stands. */
export interface ConfigText {
  readonly data: unknown;
  /** `evalkit.config.yaml:3` for what stands in line 3. */
  readonly where: (path: ConfigPath) => string;
}

/**
 * Reads YAML, and JSON as the part of YAML that it is. Throws a usage error with file and line for
 * text that is neither, and for a variable that cannot be filled in.
 */
export function parseConfigText(text: string, name: string, env: NodeJS.ProcessEnv): ConfigText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined): string =>
    offset === undefined ? name : `${name}:${lines.linePos(offset).line}`;
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw usageError(`${at(problem.pos[0])}: not valid YAML: ${problem.message}`);
  }
  const where = (path: ConfigPath): string => {
    const node = document.getIn(path, true);
    return at(isNode(node) ? node.range?.[0] : undefined);
  };
  return { data: expand(toPlain(), []), where };

  function toPlain(): unknown {
    try {
      return document.toJS();
    } catch (error) {
      // Aliases that are undefined, or that would fill the memory.
      throw usageError(`${name}: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  function expand(value: unknown, path: ConfigPath): unknown {
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

  function expandText(value: string, path: ConfigPath): string {
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
