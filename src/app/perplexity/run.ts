import { counted } from '../../records/counted.ts';
import { about } from '../../options/message.ts';
import { modelOptions } from '../../models/options.ts';
import { resolve } from 'node:path';
import { type PerplexityOptions, type ScoringOptions, perplexityOptions } from './options.ts';
import type { ServedModel } from '../../engines/engine.ts';
import { missingCapability } from '../../engines/capabilities.ts';
import { loadAnswers } from './answers.ts';
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
import type { ModelRecord } from '../../records/model.ts';
import type { PerplexityPlan, Subject } from '../../records/perplexity.ts';
import { renditionOfPerplexity } from '../../report/perplexity/rendition.ts';
import type { PerplexityRunReport } from '../../records/perplexity-report.ts';
import { summarizePerplexity } from '../../report/perplexity/summary.ts';
import { KINDS } from '../../store/kinds.ts';
import { readScores, ScoreFolder, type ScoreStore } from '../../store/score-store.ts';
import {
  enginesByName,
  type OpenedEngine,
  plannedEngine,
  type PlannedEngine,
  openEngines,
  refuseUnfit,
  settingsOf,
} from '../engines.ts';
import { sessionOf } from '../fingerprint.ts';
import type { Rendition } from '../../report/rendition.ts';
import type { Host } from '../host.ts';
import { typedCommand } from '../where-more.ts';
import type { ModelItem } from '../../models/item.ts';
import {
  chooseBase,
  chooseModels,
  noteModels,
  readAnyItem,
  resolveModels,
} from '../models/choose.ts';
import { checkFolder, defaultFolder } from '../folders.ts';
import type { Shard } from '../../records/shard.ts';
import { chooseShard } from '../shard.ts';
import { writeReports } from '../report-files.ts';

/** What is scored. */
export interface Scoring {
  /** Of the default folder's name. */
  readonly prefix: string;
  readonly loadText: () => Promise<LoadedText>;
  /** What more is to be known of a model whose file lies at `path`. */
  readonly lookAt?: (subject: Subject, path: string) => Promise<Subject>;
}

/** All of `evalkit perplexity`: from checked options to the summary of the scores. */
export async function runPerplexity(options: PerplexityOptions, host: Host): Promise<ScoredRun> {
  const { answers } = options;
  const answered = answers === undefined ? undefined : await loadAnswers(answers, options, host);
  return runScoring(options, host, {
    prefix: 'ppl-',
    loadText: async () => answered ?? loadChosenText(options, host),
  });
}

/** What came of scoring, and how it is shown. */
export interface ScoredRun {
  readonly report: PerplexityRunReport;
  readonly rendition: Rendition;
}

/** Scores a text with models and sums the scores up. */
export async function runScoring(
  options: ScoringOptions,
  host: Host,
  { prefix, loadText, lookAt }: Scoring,
): Promise<ScoredRun> {
  const shard = chooseShard(options.shard, host.env);
  const method = chooseMethod({
    method: options.method,
    window: options.ctxSize,
    stride: options.stride,
  });
  const items = chooseModels(options, host);
  await refuseUnfit(items, options, host);
  const named = referenceItem(options, host);
  const engines = await openEngines([...items, ...named], options, host);
  refuseUnscorables([...items, ...named], engines, options);
  checkFolder(KINDS.perplexity, options, host);
  const text = await loadText();
  noteModels(options, host);
  noteRows(text, host);
  const models = await resolveModels([...items, ...named], {
    options,
    host,
    opened: engines,
  });
  const all = await Promise.all(
    models.map(async ({ record, path, served }, index) => {
      const subject = subjectOf(record, [...items, ...named][index], { options, engines, served });
      return (await lookAt?.(subject, path)) ?? subject;
    }),
  );
  const subjects = distinct(all.slice(0, items.length));
  const reference = named.length === 0 ? undefined : addReference(subjects, all.at(-1));
  const plan = planPerplexity({ text: text.plan, method, subjects, reference, kl: options.kl });
  const folder = resolve(host.cwd, options.out ?? folderOf(prefix, plan, shard));
  {
    const session = { ...sessionOf(host), ...typedCommand(host) };
    const header = scoreHeader(plan, { ...session, shard });
    await using store = await ScoreFolder.open({ folder, header, fresh: options.fresh });
    beginRun(store, host);
    await scoreText({
      store,
      rows: text.rows,
      before: text.before,
      modelPaths: new Map(models.map(({ record, path }) => [record.weights.sha256, path])),
      engines: enginesByName(engines),
      threads: options.threads,
      addIncident: (incident) => store.addIncident(incident),
      progress: host.progress,
      signal: host.signal,
    });
    host.progress({ kind: 'run-ended' });
  }
  const records = readScores(folder);
  const report = summarizePerplexity(records);
  const rendition = renditionOfPerplexity(report, records.header);
  await writeReports(folder, rendition);
  host.progress({ kind: 'note', text: `scores: ${folder}` });
  return { report, rendition };
}

/** How much there is to do is known before the models are loaded where rows are scored, each by itself. */
function beginRun({ header, scores }: ScoreStore, { progress }: Host): void {
  const { plan, shard } = header;
  if (plan.method.kind === 'rows' && shard === undefined) {
    const asked = plan.subjects.length * plan.text.rows;
    progress({ kind: 'run-started', parts: [{ name: 'scores', asked, done: scores.size }] });
    progress({ kind: 'part-started', part: 'scores' });
  }
}

function referenceItem(options: ScoringOptions, host: Host): ModelItem[] {
  const { reference } = perplexityOptions.options;
  const base = chooseBase(options, host);
  return options.reference === undefined
    ? []
    : [readAnyItem(reference, options.reference, { base, host })];
}

/** Says how many rows are scored where the file has fewer than were asked for. */
function noteRows({ plan }: LoadedText, { progress }: Host): void {
  if (plan.askedRows !== undefined) {
    progress({
      kind: 'note',
      text: `${plan.source.name} has ${counted(plan.rows, 'row')}, fewer than the ${plan.askedRows} of --rows: all are scored`,
    });
  }
}

/** Of a served model its server says what it can, later. */
function refuseUnscorables(
  items: readonly ModelItem[],
  engines: ReadonlyMap<string, OpenedEngine>,
  { model }: ScoringOptions,
): void {
  for (const [index, item] of items.entries()) {
    if (item.kind !== 'served') {
      refuseUnscorable(plannedEngine(item, engines), model?.[index] ?? item.kind);
    }
  }
}

/** Throws a usage error for a model whose engine gives no log-probabilities. */
function refuseUnscorable(definition: PlannedEngine, name: string): void {
  const missing = missingCapability(definition, ['tokens', 'scoring']);
  if (missing !== undefined) {
    throw usageError(
      about`${modelOptions.model} ${name}: ${missing}; name a model of another engine`,
    );
  }
}

function subjectOf(
  record: ModelRecord,
  item: ModelItem | undefined,
  from: {
    readonly options: ScoringOptions;
    readonly engines: ReadonlyMap<string, OpenedEngine>;
    readonly served: ServedModel | undefined;
  },
): Subject {
  const engine = plannedEngine(item, from.engines, { served: from.served });
  if (from.served !== undefined) {
    refuseUnscorable(engine, record.base);
  }
  const { variant } = record;
  const [choice] = settingsOf(engine, 'scores', { options: from.options, variant });
  if (choice === undefined) {
    throw new Error(`no settings to score ${record.base} with`);
  }
  return makeSubject(record, engine.identityOf(choice), choice);
}

/** The models, those of one name and other weights told apart. */
function distinct(named: readonly Subject[]): Subject[] {
  const subjects: Subject[] = [];
  for (const [index, subject] of named.entries()) {
    if (named.slice(0, index).some((other) => isSame(other, subject))) {
      throw usageError(
        about`${modelOptions.model} names ${subject.id} twice; name each model once`,
      );
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
    ({ model: { base, quantization, weights } }) =>
      base === named.model.base &&
      quantization === named.model.quantization &&
      weights.sha256 === named.model.weights.sha256,
  );
  if (found !== undefined) {
    return found;
  }
  const added = withOwnId(named, subjects);
  subjects.push(added);
  return added;
}

function isSame(one: Subject, other: Subject): boolean {
  return one.id === other.id && one.model.weights.sha256 === other.model.weights.sha256;
}

function folderOf(prefix: string, plan: PerplexityPlan, shard: Shard | undefined): string {
  const of = plan.subjects.map(({ model }) => model.base);
  return defaultFolder({ prefix, of, planHash: sha256Json(plan), shard });
}
