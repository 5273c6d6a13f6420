import { expect, test } from 'vitest';
import { renderMarkdown, renderTerminal } from '../../fixtures/render.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { makeCell, makeHeader, makePlan } from '../../fixtures/run.ts';

const TENSORS = {
  parameters: 630_000_000,
  bitsPerWeight: 6.2345,
  types: {
    Q5_0: { tensors: 132, parameters: 441_000_000 },
    Q8_0: { tensors: 13, parameters: 189_000_000 },
  },
};

function makeReport(tensors?: typeof TENSORS) {
  const { model } = makeCell();
  const cell = makeCell({ model: tensors === undefined ? model : { ...model, tensors } });
  return summarize({
    header: makeHeader(makePlan({ cells: [cell] })),
    completions: [],
    verdicts: [],
    sessions: [],
    incidents: [],
    timings: [],
  });
}

test('every format says bits per weight and which types the tensors have', () => {
  const report = makeReport(TENSORS);
  expect(report.cells[0]?.tensors).toEqual(TENSORS);
  expect(renderTerminal(report)).toContain(
    '  bits per weight: 6.23, over 630 million weights\n  tensor types: Q5_0 70.0 % (132 tensors), Q8_0 30.0 % (13 tensors); by share of the weights\n',
  );
  expect(renderMarkdown(report)).toContain(
    '- tensor types: Q5\\_0 70.0 % (132 tensors), Q8\\_0 30.0 % (13 tensors); by share of the weights\n',
  );
});

test('a run of an earlier version, whose records do not say, is rendered without', () => {
  const report = makeReport();
  expect(report.cells[0]).not.toHaveProperty('tensors');
  expect(renderTerminal(report)).not.toContain('tensor types');
});
