import { lookUpEnvironment } from '../../../src/environments/find.ts';
import type { EnvironmentName } from '../../../src/environments/environments.ts';
import { weightsCache } from '../../fixtures/weights.ts';

/** Where `.ci/run` installs the environments of the tests; EVALKIT_ENGINE_PYTHON goes before. */
export const ENVIRONMENT_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  EVALKIT_CACHE: weightsCache(),
};

const missing = new Set<string>();

/** Whether an environment is installed here; says once which tests are left out where it is not. */
export async function isInstalled(name: EnvironmentName): Promise<boolean> {
  const lookup = await lookUpEnvironment(name, { env: ENVIRONMENT_ENV, cwd: process.cwd() });
  if (lookup.kind === 'missing' && !missing.has(name)) {
    missing.add(name);
    // oxlint-disable-next-line no-console
    console.warn(`tests of the environment ${name} are left out: ${lookup.reason}`);
  }
  return lookup.kind === 'found';
}
