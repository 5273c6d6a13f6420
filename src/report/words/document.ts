import { visibleText } from '../../records/visible-text.ts';

/** A report in words: what the terminal and Markdown both show, each in its own form. */
export interface ReportDocument {
  readonly title: string;
  /**
   * What it comes to, a line each. Where there are any, a terminal shows these, the table and the warnings
   * alone, unless it is asked for the rest.
   */
  readonly answer?: readonly string[];
  /** First row: column heads. */
  readonly table: readonly (readonly string[])[];
  /**
   * The table's columns by their index, the first to be left out where there is little room coming first.
   * The first column always stays.
   */
  readonly expendable?: readonly number[];
  /** The table says the same with its rows as columns, where that is narrower. */
  readonly isTurnable?: true;
  /** More tables, each under its own heading. */
  readonly tables?: readonly {
    readonly heading: string;
    readonly table: readonly (readonly string[])[];
  }[];
  readonly sections: readonly {
    readonly heading: string;
    readonly facts: readonly (readonly [label: string, value: string])[];
    /** Texts of several lines, as code, each under its label. */
    readonly blocks?: readonly Block[];
  }[];
  readonly warnings: readonly string[];
}

/** A text whose lines stand as they are. */
export interface Block {
  readonly label: string;
  readonly lines: readonly string[];
}

/** The same document with nothing in it that steers a terminal or hides from the reader. */
export function visibleDocument(document: ReportDocument): ReportDocument {
  const { title, answer, table, tables = [], sections, warnings } = document;
  const visibleTable = (rows: ReportDocument['table']) => rows.map((row) => row.map(visibleText));
  return {
    ...document,
    title: visibleText(title),
    ...(answer === undefined ? {} : { answer: answer.map(visibleText) }),
    table: visibleTable(table),
    tables: tables.map((one) => ({
      heading: visibleText(one.heading),
      table: visibleTable(one.table),
    })),
    sections: sections.map(({ heading, facts, blocks = [] }) => ({
      heading: visibleText(heading),
      facts: facts.map(([label, value]) => [visibleText(label), visibleText(value)] as const),
      blocks: blocks.map(({ label, lines }) => ({
        label: visibleText(label),
        lines: lines.map(visibleText),
      })),
    })),
    warnings: warnings.map(visibleText),
  };
}
