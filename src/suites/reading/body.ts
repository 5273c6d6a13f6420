/**
 * Indents a function's body. Often a model leaves out the indentation of the first line alone, which
 * the prompt seems to have given: that line is read as deep as the rest.
 */
export function indentBody(block: string, indent: string): string {
  const lines = dedented(block).split('\n');
  return lines.map((line) => (line.trim() === '' ? '' : `${indent}${line}`)).join('\n');
}

/** The lines of a body as deep as they can be moved to the left together. */
export function dedented(block: string): string {
  const lines = block.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const firstLine = lines[first] ?? '';
  const rest = lines.slice(first + 1).filter((line) => line.trim() !== '');
  const restDepth = Math.min(...rest.map(depth));
  const opensBlock = /:\s*(?:#.*)?$/.test(firstLine);
  // After `for …:` the next line is deeper anyway; only one deeper still shows the loss.
  const expected = opensBlock ? depth(rest[0] ?? '') : Infinity;
  const lost = rest.length > 0 && depth(firstLine) === 0 && restDepth > 0 && restDepth < expected;
  const common = lost ? restDepth : Math.min(depth(firstLine), restDepth);
  return lines
    .map((line, index) => (lost && index === first ? line : line.slice(common)))
    .join('\n');
}

function depth(line: string): number {
  return line.length - line.trimStart().length;
}
