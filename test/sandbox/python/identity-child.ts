import type { SandboxChoice } from '../../../src/sandbox/grader.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { EvalkitError } from '../../../src/records/error.ts';

/** Opens a sandbox and prints its identity, or the message of the error. One argument: the level. */
const level = process.argv[2] as SandboxChoice;
try {
  await using sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
  process.stdout.write(JSON.stringify(sandbox.identity));
} catch (error) {
  if (!(error instanceof EvalkitError)) {
    throw error;
  }
  process.stdout.write(JSON.stringify({ refused: error.message }));
}
