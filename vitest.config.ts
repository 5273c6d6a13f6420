import { defineConfig } from 'vitest/config';

/** Real weights and whole installs: one file at a time, nothing beside it. */
const alone = { testTimeout: 1_800_000, hookTimeout: 1_800_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/weights/**', 'test/package/**'],
          // On a machine with other work beside it everything takes many times as long.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // vitest would leave one of two cores idle.
          maxWorkers: 2,
        },
      },
      { test: { name: 'package', include: ['test/package/**/*.test.ts'], ...alone } },
      { test: { name: 'models', include: ['test/weights/**/*.test.ts'], ...alone } },
    ],
  },
});
