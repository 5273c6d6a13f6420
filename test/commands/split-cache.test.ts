import { weightBytes } from '../../src/records/model.ts';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { doctorReportSchema } from '../../src/records/doctor-report.ts';
import { modelFilesSchema, modelListSchema } from '../../src/records/models-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { hubRepositoryListener, startHubServer } from '../fixtures/hub-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeSplitTinyGguf } from '../fixtures/tiny-gguf.ts';

/** A folder in whose cache a model in three files lies. */
async function pullParts() {
  const cwd = temporaryFolder();
  const paths = await makeSplitTinyGguf(join(cwd, 'tiny-F16'), 3);
  const files = Object.fromEntries(paths.map((path) => [basename(path), readFileSync(path)]));
  const hub = await startHubServer(hubRepositoryListener({ repo: 'owner/tiny', files }));
  const env = { HF_ENDPOINT: hub.endpoint };
  const words = ['models', 'pull', 'hf:owner/tiny:f16', '--json'];
  const { stdout } = await runCli(words, { cwd, env });
  const [model] = modelFilesSchema.parse(JSON.parse(stdout)).models;
  return { cwd, path: model?.path ?? '', file: model?.weights };
}

async function list(cwd: string) {
  const { stdout } = await runCli(['models', '--json'], { cwd });
  return modelListSchema.parse(JSON.parse(stdout)).others;
}

async function threads(cwd: string) {
  const { stdout } = await runCli(['doctor', '--offline', '--json'], { cwd });
  const { checks } = doctorReportSchema.parse(JSON.parse(stdout));
  return checks.find(({ name }) => name === 'threads');
}

test('the parts of a model are one model of the cache, and no part of it alone', async () => {
  const { cwd, path, file } = await pullParts();
  const { sha256 } = file ?? {};
  const bytes = file && weightBytes(file);
  expect(await list(cwd)).toMatchObject([{ path, bytes, sha256, state: 'cached' }]);
  expect(await threads(cwd)).toMatchObject({
    detail: expect.stringContaining('probed with tiny-F16-00001-of-00003.gguf'),
  });
  const second = path.replace('00001-of', '00002-of');
  const rest = (bytes ?? 0) - readFileSync(second).length;
  rmSync(second);
  expect(await list(cwd)).toMatchObject([{ path, bytes: rest, state: 'incomplete' }]);
  expect(await threads(cwd)).toMatchObject({
    detail: expect.stringContaining('not probed: no model is cached'),
  });
});
