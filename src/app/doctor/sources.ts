import { hubSettings, refuseHubSettings } from '../../models/hub-settings.ts';
import { execa } from 'execa';
import { DEFAULT_BASE, findBase } from '../../models/catalogue/catalogue.ts';
import type { PackageMember } from '../../models/sources/packages/package-member.ts';
import { failureOf, reasonOf } from '../../records/system-error.ts';
import { proxySummary, proxyWords } from '../../options/proxy.ts';
import type { Check } from '../../records/doctor-report.ts';
import { DEFAULT_SUITE, SUITES } from '../../suites/index.ts';
import { PIP_PYTHON } from '../data.ts';
import type { Host } from '../host.ts';

/** A source that takes longer than this to respond will not deliver gigabytes. */
const ANSWER_MS = 5_000;

/** Which sources of models and data answer, asked at once. None of them is needed by a full cache. */
export async function sourceChecks(isOffline: boolean, host: Host): Promise<Check[]> {
  if (isOffline) {
    return [{ name: 'sources', status: 'ok', detail: 'not asked (--offline)' }];
  }
  const { env } = host;
  const hub = hubSettings(env);
  refuseHubSettings(hub);
  const repo = findBase(DEFAULT_BASE)?.repo ?? '';
  const { package: carrier } = DEFAULT_SUITE.data;
  const proxies = proxySummary(env);
  return Promise.all([
    ...(proxies === undefined ? [] : [proxyCheck(proxies)]),
    httpCheck('hub', `${hub.endpoint.replace(/\/+$/, '')}/api/models/${repo}`, host),
    ...SUITES.map(({ title, data }) => httpCheck(`${title}'s repository`, data.url, host)),
    ...(carrier === undefined ? [] : [packageIndexCheck(carrier, host)]),
  ]);
}

/** pip and all that evalkit fetches itself go through it. */
async function proxyCheck(proxies: string): Promise<Check> {
  const status = proxies.includes(' is not used') ? 'warning' : 'ok';
  return Promise.resolve({ name: 'proxy', status, detail: proxies });
}

/** Any answer but a refusal will do; the body is not read. */
async function httpCheck(name: string, url: string, { env, signal }: Host): Promise<Check> {
  const token = name === 'hub' ? hubSettings(env).token : undefined;
  try {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    await response.body?.cancel();
    const detail = `${new URL(url).origin} answers ${response.status}`;
    return { name, status: response.ok ? 'ok' : 'warning', detail };
  } catch (error) {
    signal.throwIfAborted();
    return {
      name,
      status: 'warning',
      detail: `${url} does not answer: ${reasonOf(error)}${proxyWords(url, env)}`,
    };
  }
}

/** Asked as it is used: by pip, with the user's own settings of it. */
async function packageIndexCheck(
  { name, version }: PackageMember,
  { env, signal }: Host,
): Promise<Check> {
  const seconds = String(ANSWER_MS / 1_000);
  const words = ['index', 'versions', name, '--timeout', seconds, '--retries', '0'];
  const result = await execa(
    PIP_PYTHON,
    ['-m', 'pip', ...words, '--no-input', '--disable-pip-version-check'],
    {
      env,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      cancelSignal: signal,
      timeout: 4 * ANSWER_MS,
    },
  );
  signal.throwIfAborted();
  if (!result.failed && result.stdout.includes(version)) {
    return { name: 'package index', status: 'ok', detail: `pip finds ${name} ${version}` };
  }
  const said = result.stderr.split('\n').findLast((line) => line.trim() !== '');
  return {
    name: 'package index',
    status: 'warning',
    detail: `pip finds no ${name} ${version}: ${said ?? failureOf(result) ?? 'it is not listed'}`,
  };
}
