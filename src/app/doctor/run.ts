import { counted } from '../../records/counted.ts';
import { resolve } from 'node:path';
import { refuseMissing } from '../../models/foreign-weights.ts';
import { about } from '../../options/message.ts';
import { type DoctorOptions, doctorOptions } from './options.ts';
import type { Check, DoctorReport } from '../../records/doctor-report.ts';
import { EvalkitError } from '../../records/error.ts';
import type { Grader, GraderIdentity } from '../../sandbox/grader.ts';
import { DEFAULT_SUITE } from '../../suites/index.ts';
import type { TaskSet } from '../../suites/load.ts';
import { selfTest } from '../../suites/self-test.ts';
import { loadSuite } from '../data.ts';
import { engineChecks } from './engines.ts';
import { environmentChecks } from './environments.ts';
import { machineChecks } from './machine.ts';
import { sourceChecks } from './sources.ts';
import type { Host } from '../host.ts';
import { openSandbox } from '../sandbox.ts';

/** Tasks of the short self-test; each is judged three times. */
const SELF_TEST_TASKS = 8;

/** All of `evalkit doctor`. A machine that lacks something is a finding and no error. */
export async function runDoctor(options: DoctorOptions, host: Host): Promise<DoctorReport> {
  if (options.data !== undefined) {
    refuseMissing(
      resolve(host.cwd, options.data),
      about`${doctorOptions.options.data} ${options.data}`,
    );
  }
  // One after the other where something is computed: the thread probe measures. A wrong option comes first.
  const judging = await judgingChecks(options, host);
  const [machine, environments, sources] = await Promise.all([
    machineChecks(host),
    environmentChecks(options.enginePython, host),
    sourceChecks(options.offline, host),
  ]);
  const engine = await engineChecks(host);
  return {
    version: 1,
    evalkit: host.evalkitVersion,
    checks: [...machine, ...engine, ...environments, ...sources, ...judging],
  };
}

async function judgingChecks(options: DoctorOptions, host: Host): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    await using sandbox = await openSandbox(DEFAULT_SUITE, options, host);
    checks.push(...sandboxChecks(sandbox.identity), await graderCheck(sandbox));
    checks.push(...(await dataChecks(options, host, sandbox)));
  } catch (error) {
    checks.push({ name: 'sandbox', status: 'failed', detail: findingOf(error) });
  }
  return checks;
}

function sandboxChecks(identity: GraderIdentity): Check[] {
  const { level, missed, mechanisms, denials, runtime } = identity;
  return [
    { name: 'runtime', status: 'ok', detail: runtime },
    {
      name: 'sandbox',
      status: level === 'L3' ? 'ok' : 'warning',
      detail: [`${level} (${mechanisms.join(', ')})`, ...missed.map((why) => `not ${why}`)].join(
        '; ',
      ),
    },
    ...denials.map(
      ({ name, isDenied }): Check => ({
        name: 'probe',
        status: isDenied ? 'ok' : 'warning',
        detail: `a sample ${isDenied ? 'cannot' : 'can'} ${name}`,
      }),
    ),
  ];
}

async function graderCheck(grader: Grader): Promise<Check> {
  const wrong = await grader.selfTest();
  return {
    name: 'grader',
    status: wrong.length === 0 ? 'ok' : 'failed',
    detail:
      wrong.length === 0
        ? `${grader.identity.version}: tells a right function from a wrong one`
        : wrong.join('; '),
  };
}

async function dataChecks(options: DoctorOptions, host: Host, sandbox: Grader): Promise<Check[]> {
  let set: TaskSet;
  try {
    set = await loadSuite(DEFAULT_SUITE, options, host);
  } catch (error) {
    return [{ name: DEFAULT_SUITE.title, status: 'warning', detail: findingOf(error) }];
  }
  const { suite, tasks } = set;
  const tested = tasks.slice(0, SELF_TEST_TASKS);
  const wrong = await selfTest(suite, tested, sandbox);
  const judged = `${counted(tested.length, 'task')}, each by two right completions and a wrong one`;
  return [
    { name: suite.title, status: 'ok', detail: counted(tasks.length, 'task') },
    {
      name: 'self-test',
      status: wrong.length === 0 ? 'ok' : 'failed',
      detail:
        wrong.length === 0
          ? judged
          : wrong.map(({ taskId, reason }) => `${taskId}: ${reason}`).join('; '),
    },
  ];
}

/** What the user typed wrong is for the user, and thrown on; what the machine lacks is a finding. */
function findingOf(error: unknown): string {
  if (error instanceof EvalkitError && error.kind === 'environment') {
    return error.message;
  }
  throw error;
}
