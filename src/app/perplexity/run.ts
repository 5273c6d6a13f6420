import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { PerplexityOptions } from '../../options/perplexity-options.ts';
import { createLlamaCppEngine } from '../../engines/llama-cpp/engine.ts';
import { loadChosenText } from '../../measures/perplexity/chosen-text.ts';
import type { LoadedText } from '../../measures/perplexity/load-text.ts';
import { scoreText } from '../../measures/perplexity/execute.ts';
import {
  chooseMethod,
  makeSubject,
  planPerplexity,
  scoreHeader,
  withOwnId,
} from '../../measures/perplexity/plan.ts';
import { usageError } from '../../records/error.ts';
import { sha256Json } from '../../records/hash.ts';
import type { PerplexityPlan, ScoreSettings, Subject } from '../../records/perplexity.ts';
import { renderJson } from '../../report/formats/json.ts';
import { type PerplexitySummary, summarizePerplexity } from '../../report/perplexity/summary.ts';
import { readScores } from '../../store/score-store.ts';
import { sessionOf } from '../fingerprint.ts';
import type { Host } from '../host.ts';
import { scoreInFolder } from './folder.ts';
import { chooseModels, resolveModels } from '../models/choose.ts';
import { slug } from '../report-files.ts';

/** All of `evalkit perplexity`: from checked options to the summary of the scores. */
export async function runPerplexity(
  options: PerplexityOptions,
  host: Host,
): Promise<PerplexitySummary> {
  const method = chooseMethod({
    method: options.method,
    window: options.ctxSize,
    stride: options.stride,
  });
  const items = chooseModels(options, host);
  const named = options.reference === undefined ? [] : referenceItem(options, host);
  const text = await loadChosenText(options, host);
  noteRows(text, host);
  const models = await resolveModels([...items, ...named], { options, host });
  const engine = createLlamaCppEngine({ env: host.env });
  const settings = settingsOf(options);
  const all = models.map(({ record, path }) => ({
    subject: makeSubject(record, { engine: engine.identity, settings }),
    path,
  }));
  const subjects = distinct(all.slice(0, items.length).map(({ subject }) => subject));
  const reference = named.length === 0 ? undefined : addReference(subjects, all.at(-1)?.subject);
  const plan = planPerplexity({ text: text.plan, method, subjects, reference, kl: options.kl });
  const folder = resolve(host.cwd, options.out ?? defaultFolder(plan));
  await scoreInFolder(folder, {
    header: scoreHeader(plan, sessionOf(host, '')),
    fresh: options.fresh,
    run: (store, addIncident) =>
      scoreText({
        store,
        rows: text.rows,
        modelPaths: new Map(models.map(({ record, path }) => [record.file.sha256, path])),
        engine,
        threads: options.threads,
        addIncident,
        progress: host.progress,
        signal: host.signal,
      }),
  });
  const summary = summarizePerplexity(readScores(folder));
  await writeFileAtomic(join(folder, 'report.json'), renderJson({ cells: summary.cells }));
  host.progress({ kind: 'note', text: `scores: ${folder}` });
  return summary;
}

function referenceItem(options: PerplexityOptions, host: Host): ReturnType<typeof chooseModels> {
  return chooseModels({ base: options.base, model: [options.reference ?? ''] }, host);
}

/** Says how many rows are scored where the file has fewer than were asked for. */
function noteRows({ plan }: LoadedText, { progress }: Host): void {
  if (plan.askedRows !== undefined) {
    progress({
      kind: 'note',
      text: `${plan.source.name} has ${plan.rows} rows, fewer than the ${plan.askedRows} of --rows: all are scored`,
    });
  }
}

function settingsOf(options: PerplexityOptions): ScoreSettings {
  const { batchSize, flash, cacheTypeK, cacheTypeV, gpuLayers } = options;
  return { batchSize, flash, cacheTypeK, cacheTypeV, gpuLayers };
}

/** The models, those of one name and other weights told apart. */
function distinct(named: readonly Subject[]): Subject[] {
  const subjects: Subject[] = [];
  for (const [index, subject] of named.entries()) {
    if (named.slice(0, index).some((other) => isSame(other, subject))) {
      throw usageError(`--model names ${subject.id} twice; name each model once`);
    }
    subjects.push(withOwnId(subject, subjects));
  }
  return subjects;
}

/** The reference among the models, where it is one of them; else it becomes one. */
function addReference(subjects: Subject[], named: Subject | undefined): Subject | undefined {
  if (named === undefined) {
    return undefined;
  }
  const found = subjects.find(
    ({ model: { base, quantization, file } }) =>
      base === named.model.base &&
      quantization === named.model.quantization &&
      file.sha256 === named.model.file.sha256,
  );
  if (found !== undefined) {
    return found;
  }
  const added = withOwnId(named, subjects);
  subjects.push(added);
  return added;
}

function isSame(one: Subject, other: Subject): boolean {
  return one.id === other.id && one.model.file.sha256 === other.model.file.sha256;
}

function defaultFolder(plan: PerplexityPlan): string {
  const bases = [...new Set(plan.subjects.map(({ model }) => model.base))];
  return join('results', `ppl-${slug(bases.join('+'))}-${sha256Json(plan).slice(0, 8)}`);
}
