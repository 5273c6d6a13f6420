import type { DraftInfo } from '../engines/capabilities.ts';
import type { Engine, EngineSession } from '../engines/engine.ts';
import type { EngineSessionRecord } from '../records/completion.ts';
import { draftOf } from '../records/decode.ts';
import type { ModelRecord } from '../records/model.ts';
import type { CellPlan } from '../records/plan.ts';
import type { ProgressSink } from '../records/progress.ts';
import type { LoadGroup } from './load-groups.ts';

type ProcessFacts = Pick<
  EngineSessionRecord,
  'loadMs' | 'threads' | 'threadsChosenBy' | 'backend' | 'systemInfo' | 'audit' | 'draft'
>;

/** Where the files of a plan lie and what they are loaded with. */
export interface LoadOptions {
  /** By the file's sha256, drafts included. */
  readonly modelPaths: ReadonlyMap<string, string>;
  /** By name: those of the plan's cells. */
  readonly engines: ReadonlyMap<string, Engine>;
  /** Threads to compute with; `undefined`: the engine's rule. */
  readonly threads: number | undefined;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** A group's model: loaded when it is first needed, and anew after its process has died. */
export class ModelProcess implements AsyncDisposable {
  readonly group: LoadGroup;
  readonly #options: LoadOptions;
  #session: EngineSession | undefined;
  #draft: { readonly path: string; readonly info: DraftInfo } | undefined;

  constructor(group: LoadGroup, options: LoadOptions) {
    this.group = group;
    this.#options = options;
  }

  /** The session, with the cell's draft where it has one. Throws as `Engine.open` says. */
  async sessionFor(cell: CellPlan): Promise<EngineSession> {
    this.#session ??= await this.#open();
    const draft = draftOf(cell);
    if (draft !== undefined) {
      await this.#useDraft(draft, this.#session);
    }
    return this.#session;
  }

  /** What a cell's record of a session says of the process: how it was loaded, and what the draft took. */
  factsFor(cell: CellPlan, { info }: EngineSession): ProcessFacts {
    const draft = draftOf(cell) === undefined ? undefined : this.#draft?.info;
    const { loadMs, audit } = info;
    const facts = { loadMs, ...info.process, ...(audit === undefined ? {} : { audit }) };
    return draft === undefined ? facts : { ...facts, draft };
  }

  /** Ends the process; the next use loads the model again. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#draft = undefined;
    await session?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #useDraft(draft: ModelRecord, session: EngineSession): Promise<void> {
    const path = this.#pathOf(draft);
    const { drafts } = session;
    if (drafts === undefined) {
      throw new Error(`${this.group.id} is assisted by an engine that takes no drafts`);
    }
    if (this.#draft?.path !== path) {
      const step = `${this.group.id}: loading the draft ${draft.base}:${draft.quantization}`;
      const info = await this.#loading(step, (onProgress) => drafts.load(path, onProgress));
      this.#draft = { path, info };
    }
  }

  #open(): Promise<EngineSession> {
    const { id, model, parallel, settings } = this.group;
    const { engines, threads, progress, signal } = this.#options;
    const onNote = (text: string): void => progress({ kind: 'note', text: `${id}: ${text}` });
    const engine = engines.get(this.group.engine.name);
    if (engine === undefined) {
      throw new Error(`the engine of ${id} is not loaded`);
    }
    const modelPath = this.#pathOf(model);
    return this.#loading(`${id}: loading`, (onLoadProgress) =>
      engine.open({ modelPath, threads, parallel, settings, onLoadProgress, onNote, signal }),
    );
  }

  #pathOf({ weights }: ModelRecord): string {
    const path = this.#options.modelPaths.get(weights.sha256);
    if (path === undefined) {
      throw new Error(`no file is known for ${weights.name}`);
    }
    return path;
  }

  async #loading<T>(
    step: string,
    load: (onProgress: (share: number) => void) => Promise<T>,
  ): Promise<T> {
    const { progress } = this.#options;
    progress({ kind: 'step-started', step, unit: 'percent', total: 100 });
    const loaded = await load((share) => {
      progress({ kind: 'step-advanced', step, done: Math.round(share * 100) });
    });
    progress({ kind: 'step-ended', step });
    return loaded;
  }
}
