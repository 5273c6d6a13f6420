import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../src/records/task.ts';
import type { Grader } from '../../src/sandbox/grader.ts';
import { openGrader } from '../../src/sandbox/index.ts';
import { DEFAULT_LIMITS } from '../../src/sandbox/grader.ts';
import { loadTasks } from '../../src/suites/load.ts';
import { selfTest } from '../../src/suites/self-test.ts';
import type { Suite } from '../../src/suites/suite.ts';
import { fileCache } from '../fixtures/file-cache.ts';
import { DATA_CACHE, offlineSources } from '../fixtures/suite-data.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** What holds for every suite. `tasks` are its own, all of them. */
export function testSuite(suite: Suite, tasks: readonly Task[]): void {
  describe(`the suite ${suite.name}`, () => {
    test('it names its release, its wording and its rules of extraction', () => {
      const { version, title, extraction, prompts, data } = suite;
      for (const name of [version, title, extraction.version, prompts.chat.wording]) {
        expect(name).toMatch(/^\S.*\S$/);
      }
      expect(data.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(prompts.chat.instruction).toContain('{{prompt}}');
    });

    test('its tasks have ids of their own', () => {
      expect(tasks.length).toBeGreaterThan(0);
      expect(new Set(tasks.map(({ taskId }) => taskId)).size).toBe(tasks.length);
    });

    test('right completions pass in every shape and wrong ones fail', async () => {
      await using grader = await openGrader(suite.language, {
        level: 'auto',
        limits: { ...DEFAULT_LIMITS, ...suite.limits },
        workers: undefined,
        env: process.env,
        cache: fileCache(DATA_CACHE),
        own: {},
      });
      expect(await selfTest(suite, tasks, grader)).toEqual([]);
    });

    test.each([
      ['passes', { kind: 'passed' } as const, 'passes its test'],
      ['fails', { kind: 'failed', cause: 'assertion', detail: '' } as const, 'solution fails'],
    ])('a grader that %s everything is found out by each task', async (_, outcome, complaint) => {
      const grader = {
        workers: 1,
        judge: () => Promise.resolve({ kind: 'verdict', outcome }),
        outline: () => Promise.resolve({ kind: 'unreadable' }),
      };
      const wrong = await selfTest(suite, tasks, grader as unknown as Grader);
      for (const { taskId } of tasks) {
        expect(wrong).toContainEqual({
          taskId,
          reason: expect.stringContaining(complaint),
        });
      }
    });

    test('a file that is none of its data is refused by name', async () => {
      const path = join(temporaryFolder(), 'other.jsonl');
      writeFileSync(path, '{"task_id": "Other/0"}\n');
      await expect(loadTasks(suite, { ...offlineSources(), path })).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(`is not ${suite.data.fileName}: its sha256 is`),
      });
    });
  });
}
