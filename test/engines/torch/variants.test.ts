import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTorchEngine } from '../../../src/engines/torch/engine.ts';
import { planSettings } from '../../../src/engines/torch/settings.ts';
import { unfitVariant } from '../../../src/engines/torch/unfit.ts';
import { TORCH_VARIANTS, type TorchVariant } from '../../../src/engines/torch/variants.ts';
import { runCli } from '../../fixtures/cli.ts';
import { humanevalPath } from '../../fixtures/humaneval.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { generateAll, NEVER, requestFor } from '../llama-cpp/tiny-session.ts';
import { ENVIRONMENT_ENV, isInstalled } from './environments.ts';
import { tinyFolder, type TinyKind } from './tiny-torch.ts';

/** Linear layers of the tiny model but the output's, and those whose width is 128. */
const LINEARS = 14;
const WIDE = 2;

const NARROW = 'its width 64 does not divide by the group of 128';

/** What is quantized of the tiny model, and why the others are not, by variant; else nothing is. */
const AUDITS: Readonly<Record<string, readonly [quantized: number, skipped: RegExp]>> = {
  int8: [LINEARS, /^the output layer/],
  'nf4-fp16': [LINEARS, /^the output layer/],
  'nf4-bf16': [LINEARS, /^the output layer/],
  'nf4-fp32': [LINEARS, /^the output layer/],
  'int8-dynamic': [LINEARS, /^the output layer/],
  'int8-weight': [LINEARS, /^the output layer/],
  'int4-g128': [WIDE, new RegExp(`^${NARROW}|^the output layer`)],
  smoothquant: [LINEARS, /^the output layer/],
  'smoothquant-torchao': [LINEARS, /^the output layer/],
  'openvino-int4-g128': [
    WIDE,
    /^its width 64 does not divide by the group of 128|^the output layer/,
  ],
  gptq: [LINEARS, /^the output layer/],
};

/** OpenVINO's own int8 takes the output layer too, and may leave layers that its calibration says are delicate. */
const LEAST: Readonly<Record<string, number>> = {
  'openvino-int8': LINEARS,
  'smoothquant-openvino': LINEARS / 2,
};

/** It compiles for minutes: test/weights has it. */
const LATER = ['compile'];

const TEXTS = [
  'def add(a, b):\n    return a + b\n',
  'import math\n\n\ndef area(r):\n    return r\n',
];

function writeCalibration(name = 'texts.jsonl', texts = TEXTS): string {
  const path = join(temporaryFolder(), name);
  const rows = Array.from({ length: 8 }, (_, index) => ({ prompt: texts[index % texts.length] }));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

async function open({ name }: TorchVariant, kind: TinyKind, calibration: string) {
  const options = { calibration };
  const [choice] = planSettings('completions', options, name);
  const engine = await createTorchEngine({
    env: ENVIRONMENT_ENV,
    cwd: process.cwd(),
    options,
    variants: [name],
  });
  return engine.open({
    modelPath: await tinyFolder(kind),
    threads: 1,
    parallel: 2,
    settings: choice?.settings ?? {},
    signal: NEVER,
  });
}

const RUNNABLE = TORCH_VARIANTS.filter(
  ({ name, lacks }) => lacks?.cpu === undefined && !LATER.includes(name),
);

for (const [environment, variants] of Map.groupBy(RUNNABLE, (one) => one.environment)) {
  const isHere = await isInstalled(environment);
  describe.skipIf(!isHere)(environment, () => {
    test.each(variants)('$name loads, answers and is audited', async (variant) => {
      const { name } = variant;
      // GPTQ's own packages refuse widths that do not divide.
      const kind = name === 'gptq' ? 'wide' : 'qwen2';
      await using session = await open(variant, kind, writeCalibration());
      const results = await generateAll(session, [
        requestFor('def add(a, b):\n', { id: 'a', maxTokens: 6 }),
        requestFor('x', { id: 'b', maxTokens: 6 }),
      ]);
      expect(results.map(({ tokens = [] }) => tokens.length > 0)).toEqual([true, true]);
      const { audit } = session.info;
      const [quantized, skipped] = AUDITS[name] ?? [0, /^$/];
      if (LEAST[name] === undefined) {
        expect(audit).toMatchObject({ quantized });
      } else {
        expect(audit?.quantized).toBeGreaterThanOrEqual(LEAST[name]);
      }
      for (const { reason } of audit?.skipped ?? []) {
        expect(reason).toMatch(skipped);
      }
      expect(audit?.bytes).toBeGreaterThan(50_000);
      expect(audit?.kernel).not.toBe('');
      expect(audit?.instructions).not.toBe('');
    });
  });
}

describe.skipIf(!(await isInstalled('torch')))('what is no quantization', () => {
  test('a model whose widths do not divide is refused, and why is said', async () => {
    const [variant] = TORCH_VARIANTS.filter(({ name }) => name === 'int4-g128');
    await expect(open(variant as TorchVariant, 'narrow', '')).rejects.toMatchObject({
      name: 'EvalkitError',
      message: expect.stringMatching(
        /^this variant would quantize nothing of this model \(.*q_proj: its width 64 does not divide by the group of 128; .*; use another variant$/,
      ),
    });
  });
});

function settings(calibration?: string) {
  return planSettings('completions', { calibration }, 'smoothquant')[0]?.settings;
}

test('a calibration text decides the settings, wherever it lies; without one a variant says what to do', () => {
  const one = settings(writeCalibration());
  expect(settings(writeCalibration('elsewhere.jsonl'))).toEqual(one);
  expect(settings(writeCalibration('texts.jsonl', ['x = 1\n']))).not.toEqual(one);
  expect(JSON.stringify(one)).not.toContain('texts.jsonl');
  expect(() => settings()).toThrow(
    /^smoothquant is calibrated on a text; name one with --calibration/,
  );
  expect(() => settings('gone.jsonl')).toThrow(
    /^--calibration gone\.jsonl cannot be read: there is no such file; name a text/,
  );
});

test.each([
  ['ipex', {}, {}, /^ipex does not run here: archived in March 2026; int8-dynamic stands in its/],
  ['smoothquant', { device: 'cuda' }, {}, /^smoothquant does not run here: fbgemm's kernels are/],
  ['openvino-int8', { device: 'cuda' }, {}, /^openvino-int8 does not run here: OpenVINO computes/],
  ['bf16', { device: 'cuda' }, { PATH: '' }, /^--device cuda: nvidia-smi names no card/],
  ['compile', {}, { PATH: '' }, /^compile: torch\.compile needs a C\+\+ compiler on a CPU/],
  [
    'nf4-fp16',
    {},
    {},
    /^the Python environment bitsandbytes is not installed; evalkit engine inst/,
  ],
])('%s with %o says why it cannot run here', async (name, options, more, reason) => {
  const env = { PATH: process.env['PATH'], ...more, EVALKIT_CACHE: temporaryFolder() };
  expect(await unfitVariant(name, { env, cwd: process.cwd(), options })).toMatch(reason);
});

test('a variant that cannot run is a row that is not run, or where it is the only one a refusal', async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'samples.jsonl'),
    '{"task_id": "HumanEval/0", "completion": "    pass\\n"}\n',
  );
  const env = { EVALKIT_DATA: await humanevalPath(), EVALKIT_ENGINE_PYTHON: '' };
  const folder = join(cwd, 'tiny');
  mkdirSync(folder);
  const words = ['--prompt', 'raw', '--limit', '1', '--json', '--model'];
  const both = `torch:${folder}@ipex,scripted:samples.jsonl`;
  const ran = await runCli(['humaneval', ...words, both], { cwd, env });
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout).notRun).toEqual([
    { id: 'torch:tiny@ipex', reason: expect.stringMatching(/^ipex does not run here: archived/) },
  ]);
  const alone = await runCli(['humaneval', ...words, `torch:${folder}@ipex`], { cwd, env });
  expect(alone).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /^evalkit: torch:tiny@ipex: ipex does not run here: archived.*\n$/,
    ),
  });
});
