import { z } from 'zod';
import { environmentError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import { FIGURES_TAG, type MlflowRun } from '../../report/exports/mlflow.ts';
import type { Host } from '../host.ts';

/** An answer that takes longer does not come. */
const ANSWER_MS = 60_000;

/** MLflow takes no more metrics than this at once. */
const METRICS_AT_ONCE = 500;

const runSchema = z.object({ info: z.object({ run_id: z.string(), status: z.string() }) });
const createdSchema = z.object({ run: runSchema });
const experimentSchema = z.object({ experiment_id: z.string() });
const namedSchema = z.object({ experiment: experimentSchema });
const foundSchema = z.object({ runs: z.array(runSchema).default([]) });
const errorSchema = z.object({ error_code: z.string(), message: z.string().default('') });

/** A tracking server of MLflow's, through its REST interface (2.0). */
export class MlflowServer {
  readonly #url: string;
  readonly #host: Pick<Host, 'env' | 'signal'>;

  constructor(url: string, host: Pick<Host, 'env' | 'signal'>) {
    this.#url = url.replace(/\/+$/, '');
    this.#host = host;
  }

  /** The id of an experiment, which is made where there is none of that name. */
  async experiment(name: string): Promise<string> {
    const query = new URLSearchParams({ experiment_name: name });
    const found = await this.#ask(`experiments/get-by-name?${query.toString()}`);
    if (found.kind === 'answer') {
      return this.#read(found.body, namedSchema).experiment.experiment_id;
    }
    if (found.code !== 'RESOURCE_DOES_NOT_EXIST') {
      throw this.#refused(found.message);
    }
    return (await this.#post('experiments/create', { name }, experimentSchema)).experiment_id;
  }

  /**
   * Sends a run whole and says where it is; one with the same figures that is there already stays as it
   * is, and one that an interruption left half sent is finished.
   */
  async send(
    experiment: string,
    run: MlflowRun,
  ): Promise<{ readonly url: string; readonly wasThere: boolean }> {
    const figures = run.tags.find(({ key }) => key === FIGURES_TAG)?.value ?? '';
    const { runs } = await this.#post(
      'runs/search',
      {
        experiment_ids: [experiment],
        filter: `tags.\`${FIGURES_TAG}\` = '${figures}'`,
        max_results: 1,
      },
      foundSchema,
    );
    const { info } = runs[0] ?? (await this.#create(experiment, run));
    const wasThere = info.status === 'FINISHED';
    if (!wasThere) {
      await this.#fill(info.run_id, run);
    }
    return { url: `${this.#url}/#/experiments/${experiment}/runs/${info.run_id}`, wasThere };
  }

  async #create(experiment: string, { name, startedAt, tags }: MlflowRun) {
    const asked = { experiment_id: experiment, run_name: name, start_time: startedAt, tags };
    return (await this.#post('runs/create', asked, createdSchema)).run;
  }

  async #fill(id: string, { params, metrics, startedAt }: MlflowRun): Promise<void> {
    for (let from = 0; from < Math.max(1, metrics.length); from += METRICS_AT_ONCE) {
      const some = metrics.slice(from, from + METRICS_AT_ONCE);
      await this.#post(
        'runs/log-batch',
        {
          run_id: id,
          metrics: some.map((metric) => ({ ...metric, timestamp: startedAt, step: 0 })),
          params: from === 0 ? params : [],
        },
        z.object({}),
      );
    }
    const end = { run_id: id, status: 'FINISHED', end_time: startedAt };
    await this.#post('runs/update', end, z.object({}));
  }

  async #post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.#ask(path, body);
    if (answer.kind === 'refusal') {
      throw this.#refused(`${answer.code}: ${answer.message}`);
    }
    return this.#read(answer.body, schema);
  }

  async #ask(path: string, body?: object): Promise<Answer> {
    const { env, signal } = this.#host;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#url}/api/2.0/mlflow/${path}`, {
        headers: { 'content-type': 'application/json', ...authorization(env) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      throw environmentError(
        `cannot reach the MLflow server ${this.#url}: ${reasonOf(error)}; start it, or name another with --server`,
        error,
      );
    }
    const parsed = jsonOf(text);
    const refusal = errorSchema.safeParse(parsed);
    if (refusal.success) {
      return { kind: 'refusal', code: refusal.data.error_code, message: refusal.data.message };
    }
    if (!response.ok || parsed === undefined) {
      throw this.#refused(`HTTP ${response.status}`);
    }
    return { kind: 'answer', body: parsed };
  }

  #read<T>(body: unknown, schema: z.ZodType<T>): T {
    const read = schema.safeParse(body);
    if (!read.success) {
      throw this.#refused('its answer is none of MLflow');
    }
    return read.data;
  }

  #refused(why: string): Error {
    return environmentError(
      `the MLflow server ${this.#url} refused: ${why.split('\n')[0] ?? ''}; what it took is kept, the same command goes on from there`,
    );
  }
}

type Answer =
  | { readonly kind: 'answer'; readonly body: unknown }
  | { readonly kind: 'refusal'; readonly code: string; readonly message: string };

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page of HTML, or nothing.
    return undefined;
  }
}

/** As MLflow's own clients take it from the environment. */
function authorization(env: NodeJS.ProcessEnv): Record<string, string> {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password = '',
  } = env;
  if (token !== undefined && token !== '') {
    return { authorization: `Bearer ${token}` };
  }
  return user === undefined || user === ''
    ? {}
    : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
