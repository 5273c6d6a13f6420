import { type LoadedText, PROMPT_FIELD } from '../../measures/perplexity/load-text.ts';
import { SOLUTION_FIELD } from '../../measures/perplexity/screen.ts';
import { readGguf } from '../../models/gguf/gguf.ts';
import { modelOptions } from '../../models/options.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { sha256Text } from '../../records/hash.ts';
import type { Subject } from '../../records/perplexity.ts';
import { NOT_OF_SCORES } from '../../report/perplexity/rendition.ts';
import type { TaskSet } from '../../suites/load.ts';
import type { Host, Outcome } from '../host.ts';
import { runScoring } from '../perplexity/run.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import { chooseSuite } from '../suite.ts';
import { type ScreenOptions, screenOptions } from './options.ts';
import { isGgufName } from '../../models/gguf/split-file.ts';

/** Scores a suite's own solutions with each model and says which file is damaged. */
export async function screen(options: ScreenOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options, NOT_OF_SCORES);
  if ((options.model ?? []).length < 2 && options.reference === undefined) {
    throw usageError(
      about`a screen holds files against a reference; name several with ${modelOptions.model}, or one with ${screenOptions.options.reference}`,
    );
  }
  const how = { method: 'rows', ctxSize: undefined, stride: undefined, kl: true } as const;
  const { report, rendition } = await runScoring({ ...options, ...how, shard: undefined }, host, {
    prefix: 'screen-',
    loadText: async () => solutionsOf(await (await chooseSuite(options, host)).load()),
    lookAt: withTemplate,
  });
  await printReport(host, rendition, options);
  if (report.status === 'incomplete') {
    return { kind: 'incomplete' };
  }
  const isDamaged = report.cells.some((cell) => cell.screen?.verdict === 'damaged');
  return { kind: isDamaged ? 'gate-failed' : 'done' };
}

/** Each task's solution behind its prompt. */
function solutionsOf({ suite, sha256, tasks }: TaskSet): LoadedText {
  return {
    plan: {
      source: { kind: 'file', name: `${suite.title}'s solutions` },
      sha256,
      field: SOLUTION_FIELD,
      after: PROMPT_FIELD,
      rows: tasks.length,
    },
    rows: tasks.map(({ canonicalSolution }) => canonicalSolution),
    before: tasks.map(({ prompt }) => ({ kind: 'text', text: prompt })),
  };
}

/** Of a GGUF file which chat template it brings. */
async function withTemplate(subject: Subject, path: string): Promise<Subject> {
  if (!isGgufName(path)) {
    return subject;
  }
  const { chatTemplate } = await readGguf(path);
  return chatTemplate === undefined
    ? subject
    : { ...subject, templateSha256: sha256Text(chatTemplate) };
}
