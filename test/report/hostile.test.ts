import { parse } from 'csv-parse/sync';
import MarkdownIt from 'markdown-it';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { renditionOfRun } from '../../src/report/humaneval/rendition.ts';
import { sampleLines } from '../../src/report/humaneval/samples.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { PLAIN_VIEW, render } from '../../src/report/index.ts';
import { HOSTILE_TEXTS, hostileRun } from '../fixtures/hostile-run.ts';

const RUN = hostileRun();
const TASKS = RUN.header.plan.dataset.taskIds;

/** A run of hostile texts in every format. */
async function inEveryFormat(records = hostileRun()) {
  const rendition = renditionOfRun({ report: summarize(records), records });
  const github = await render(rendition, 'github');
  return {
    terminal: (await render(rendition, 'terminal')).text,
    'terminal in detail': (await render(rendition, 'terminal', { ...PLAIN_VIEW, isDetailed: true }))
      .text,
    md: (await render(rendition, 'md')).text,
    json: (await render(rendition, 'json')).text,
    junit: (await render(rendition, 'junit')).text,
    csv: (await render(rendition, 'csv')).text,
    badge: (await render(rendition, 'badge')).text,
    shields: (await render(rendition, 'shields')).text,
    'step summary': github.text,
    annotations: github.annotations ?? '',
    samples: [...sampleLines(records)].join(''),
  };
}

const FORMATS = await inEveryFormat(RUN);
const NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

describe.each(NAMES)('%s', (name) => {
  const text = FORMATS[name];

  test('holds no control characters, is well-formed, and ends with a newline', () => {
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text.isWellFormed()).toBe(true);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('neither turns text around nor hides any', () => {
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u);
  });

  test.skipIf(name === 'samples')('shows a huge text shortened', () => {
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(10_000);
  });

  test('is the same again', async () => {
    expect((await inEveryFormat())[name]).toBe(text);
  });
});

test('JUnit is well-formed XML whose cases are the answers and nothing else', () => {
  const parser = new SaxesParser();
  const cases: string[] = [];
  const elements = new Set<string>();
  const attributes: Record<string, string>[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes: given }) => {
    elements.add(name);
    if (name === 'testcase') {
      cases.push(given['name'] ?? '');
    }
    if (name === 'testsuite' || name === 'failure' || name === 'error') {
      attributes.push(given);
    }
  });
  parser.write(FORMATS.junit).close();
  expect([...elements]).toEqual([
    'testsuites',
    'testsuite',
    'properties',
    'property',
    'testcase',
    'error',
    'failure',
  ]);
  expect(cases).toHaveLength(TASKS.length);
  expect(attributes[0]).toMatchObject({
    tests: String(TASKS.length),
    errors: '1',
    failures: String(TASKS.length - 1),
    skipped: '0',
  });
  expect(attributes[1]).toMatchObject({ type: 'infrastructure' });
  expect(attributes.find(({ message }) => message?.startsWith(']]>'))).toEqual({
    message: HOSTILE_TEXTS.xml,
    type: 'exception',
  });
});

test('CSV has the same columns in every row, and no cell that a spreadsheet would compute', () => {
  const rows: Record<string, string>[] = parse(FORMATS.csv, { columns: true });
  expect(rows.filter(({ metric }) => metric === 'passed')).toHaveLength(TASKS.length);
  for (const value of rows.flatMap((row) => Object.values(row))) {
    expect(value).not.toMatch(/^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/);
  }
  const passed = rows.filter(({ metric }) => metric === 'passed');
  expect(passed[0]).toMatchObject({ value: '', note: expect.stringMatching(/^infrastructure: /) });
  expect(passed[1]).toMatchObject({ value: '0', note: `exception: ${HOSTILE_TEXTS.details}` });
});

test.each(['md', 'step summary'] as const)('%s is read as text and tables of our own', (format) => {
  const tokens = new MarkdownIt({ html: true, linkify: false })
    .enable(['table', 'strikethrough'])
    .parse(FORMATS[format], {});
  const all = tokens.flatMap((token) => [token, ...(token.children ?? [])]);
  const html = all
    .filter(({ type }) => type.startsWith('html_'))
    .map(({ content }) => content.trim());
  expect(html).toEqual(
    format === 'md'
      ? []
      : [
          `<details><summary>${TASKS.length} completions that did not pass</summary>`,
          '</details>',
          '<details><summary>All figures, and what they rest on</summary>',
          '</details>',
        ],
  );
  const kinds = new Set(all.map(({ type }) => type));
  for (const kind of [
    'link_open',
    'image',
    'code_inline',
    'fence',
    'strong_open',
    's_open',
    'hr',
  ]) {
    // Only the word Warning is ours in bold.
    expect(kinds.has(kind)).toBe(
      kind === 'strong_open' && FORMATS[format].includes('**Warning:**'),
    );
  }
  expect(all.filter(({ type }) => type === 'table_open')).toHaveLength(format === 'md' ? 2 : 3);
  expect(all.filter(({ type, tag }) => type === 'heading_open' && tag === 'h1')).toHaveLength(1);
});

test('the step summary shows every answer without a pass in a row of five columns', () => {
  const [, after = ''] = FORMATS['step summary'].split('<details>');
  const tokens = new MarkdownIt().enable('table').parse(after, {});
  expect(tokens.filter(({ type }) => type === 'tr_open')).toHaveLength(TASKS.length + 1);
  expect(tokens.filter(({ type }) => type === 'td_open')).toHaveLength(TASKS.length * 5);
});

test('annotations are workflow commands of our own, a line each', () => {
  const lines = FORMATS.annotations.trimEnd().split('\n');
  expect(lines).toHaveLength(summarize(RUN).warnings.length + 1);
  for (const line of lines) {
    expect(line).toMatch(/^::(?:error|warning) title=[^:,\n]*::/);
  }
  expect(lines[0]).toContain('\\n::error::owned: 1 completion has no verdict');
});
