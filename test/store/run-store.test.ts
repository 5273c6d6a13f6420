import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { readRun, RunStore } from '../../src/store/run-store.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makePlan,
  makeSession,
  makeVerdict,
  TASKS,
} from '../fixtures/run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const [FIRST, SECOND] = TASKS as [(typeof TASKS)[0], (typeof TASKS)[0]];
const CELL = makeCell();

function open(folder: string, changes: { fresh?: boolean; header?: typeof HEADER } = {}) {
  return RunStore.open({ folder, header: HEADER, fresh: false, ...changes });
}

const HEADER = makeHeader();

test('what was added is there when the run is opened again', async () => {
  const folder = join(temporaryFolder(), 'run');
  const completion = makeCompletion(CELL, FIRST);
  const verdict = makeVerdict(CELL, FIRST, { kind: 'passed' });
  {
    await using store = await open(folder);
    store.addCompletion(completion);
    store.addVerdict(verdict);
    store.addSession(makeSession(CELL));
    store.addIncident({ version: 1, stage: 'judge', cell: CELL.id, detail: 'no fork' });
  }
  await using again = await open(folder);
  expect([...again.completions.values()]).toEqual([completion]);
  expect([...again.verdicts.values()]).toEqual([verdict]);
  const records = readRun(folder);
  expect(records.sessions).toHaveLength(1);
  expect(records.incidents[0]?.detail).toBe('no fork');
});

test('a line torn by a kill is dropped, and the next record starts on a line of its own', async () => {
  const folder = temporaryFolder();
  {
    await using store = await open(folder);
    store.addCompletion(makeCompletion(CELL, FIRST));
  }
  const path = join(folder, 'completions.jsonl');
  appendFileSync(path, '{"version":1,"key":"é');
  expect(readRun(folder).completions).toHaveLength(1);
  {
    await using store = await open(folder);
    expect(store.completions.size).toBe(1);
    store.addCompletion(makeCompletion(CELL, SECOND));
  }
  expect(readRun(folder).completions.map((record) => record.taskId)).toEqual(['Test/0', 'Test/1']);
});

test('a bad line in the middle is an error that names it, and nothing is lost', async () => {
  const folder = temporaryFolder();
  {
    await using store = await open(folder);
    store.addCompletion(makeCompletion(CELL, FIRST));
  }
  const path = join(folder, 'completions.jsonl');
  appendFileSync(path, '{"half":\n');
  const before = readFileSync(path, 'utf8');
  expect(() => readRun(folder)).toThrow(/completions\.jsonl, line 2 is not a record/);
  await expect(open(folder)).rejects.toThrow(/line 2/);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('a run of other settings is refused, the difference is named, the run stays', async () => {
  const folder = temporaryFolder();
  {
    await using store = await open(folder);
    store.addCompletion(makeCompletion(CELL, FIRST));
  }
  const other = makeHeader(makePlan({ cells: [makeCell({ maxTokens: 65 })] }));
  await expect(open(folder, { header: other })).rejects.toThrow(
    'holds a run of other settings: cells.0.maxTokens is 64 in the folder, 65 in this command',
  );
  expect(readRun(folder).completions).toHaveLength(1);
});

test('a fresh run replaces what was there', async () => {
  const folder = temporaryFolder();
  {
    await using store = await open(folder);
    store.addCompletion(makeCompletion(CELL, FIRST));
  }
  const other = makeHeader(makePlan({ cells: [makeCell({ maxTokens: 65 })] }));
  await using store = await open(folder, { header: other, fresh: true });
  expect(store.completions.size).toBe(0);
  expect(store.header.plan.cells[0]?.maxTokens).toBe(65);
});

test('a run whose answers were read by earlier rules is kept, and says how to read them anew', async () => {
  const folder = temporaryFolder();
  const plan = makePlan();
  const by = (extraction: string) =>
    makeHeader({ ...plan, grading: { ...plan.grading, extraction } });
  {
    await using store = await open(folder, { header: by('extract-1') });
    store.addCompletion(makeCompletion(CELL, FIRST));
  }
  await expect(open(folder, { header: by('extract-2') })).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      /read by extract-1, now by extract-2 .*--extract reads its completions\.jsonl anew/,
    ),
  });
  expect(readRun(folder).completions).toHaveLength(1);
});

test("a folder with somebody's files in it is refused and left alone", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  await expect(open(folder, { fresh: true })).rejects.toThrow(/holds thesis\.txt and no run/);
  expect(existsSync(join(folder, 'run.json'))).toBe(false);
  expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
});

test('a folder without a run cannot be reported', () => {
  expect(() => readRun(temporaryFolder())).toThrow(/no run in .*: run\.json cannot be read/);
});

test('a second writer is kept out while the first one writes', async () => {
  const folder = temporaryFolder();
  await using store = await open(folder);
  await expect(open(folder)).rejects.toThrow(/another evalkit is writing/);
  store.addCompletion(makeCompletion(CELL, FIRST));
  expect(readRun(folder).completions).toHaveLength(1);
});

test('the lock of a killed writer gives way', async () => {
  const folder = temporaryFolder();
  const store = new URL('../../src/store/run-store.ts', import.meta.url).pathname;
  const code = `import { RunStore } from ${JSON.stringify(store)};
const store = await RunStore.open({ folder: ${JSON.stringify(folder)}, header: ${JSON.stringify(HEADER)}, fresh: false });
console.log('open', store.folder);
setInterval(() => {}, 1000);`;
  const holder = execa(process.execPath, ['--input-type=module', '-e', code], { reject: false });
  for await (const line of holder) {
    if (line.startsWith('open')) {
      holder.kill('SIGKILL');
    }
  }
  await holder;
  await using reopened = await open(folder);
  expect(reopened.completions.size).toBe(0);
});
