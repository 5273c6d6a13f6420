import { isNode, LineCounter, parseDocument } from 'yaml';
import { usageError } from '../records/error.ts';
import { shortened } from '../records/visible-text.ts';

/** Of the parser's text, which may quote what is no text at all. */
const LONGEST = 120;

/** A path of keys and positions in a document. */
export type YamlPath = readonly (string | number)[];

/** The data of a file of YAML, and where each part stands. */
export interface YamlText {
  readonly data: unknown;
  /** `suite.yaml:3` for what stands in line 3; the file alone for what is missing. */
  readonly where: (path: YamlPath) => string;
}

/**
 * Reads YAML, and JSON as the part of YAML that it is. Throws a usage error with file and line for
 * text that is neither.
 */
export function parseYaml(text: string, name: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // A list or a mapping as a key means nothing here, and the parser would warn of it on its own.
    stringKeys: true,
  });
  const at = (offset: number | undefined): string =>
    offset === undefined ? name : `${name}:${lines.linePos(offset).line}`;
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw usageError(
      `${at(problem.pos[0])}: not valid YAML: ${shortened(problem.message, LONGEST)}`,
    );
  }
  return {
    data: toPlain(),
    where: (path) => {
      const node = document.getIn(path, true);
      return at(isNode(node) ? node.range?.[0] : undefined);
    },
  };

  function toPlain(): unknown {
    try {
      return document.toJS();
    } catch (error) {
      // Aliases that are undefined, or that would fill the memory.
      throw usageError(
        `${name}: not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
        error,
      );
    }
  }
}
