import { openSession, SIGNAL } from './engine.ts';
import { head, row } from './figures.ts';

/** What a run of HumanEval comes near, and more. llama.cpp clears a cache, so that all of it is resident. */
const SHAPES = [
  { sequences: 1, contextSize: 1024 },
  { sequences: 16, contextSize: 1024 },
  { sequences: 16, contextSize: 4096 },
];

const MEGABYTE = 1_000_000;

/** Peak resident set of the engine's process beside what was estimated, each shape in a process of its own. */
export async function benchMemory(
  modelPath: string,
  { threads }: { readonly threads: number | undefined },
): Promise<string> {
  const lines: string[] = [];
  for (const { sequences, contextSize } of SHAPES) {
    await using session = await openSession(modelPath, { threads, parallel: sequences });
    const shape = { sequences, promptTokens: 128, newTokens: 2, contextSize };
    const { memory, peakRssBytes = 0 } = await session.benchmark.run({ ...shape, signal: SIGNAL });
    if (memory === undefined) {
      return 'no estimate for this model\n';
    }
    const { weightBytes, cacheBytes, bufferBytes, totalBytes } = memory;
    const bytes = [weightBytes, cacheBytes, bufferBytes, totalBytes, peakRssBytes];
    const megabytes = bytes.map((value) => (value / MEGABYTE).toFixed(0));
    lines.push(row([sequences, contextSize, ...megabytes, (peakRssBytes / totalBytes).toFixed(2)]));
  }
  const columns = [
    'sequences',
    'context',
    'weights, MB',
    'cache',
    'buffers',
    'estimate',
    'peak RSS',
  ];
  return head([...columns, 'peak / estimate']) + lines.join('');
}
