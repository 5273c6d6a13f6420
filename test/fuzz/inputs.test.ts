import { readFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadReference } from '../../src/app/gate/load-evidence.ts';
import { checkSamples } from '../../src/app/judge/sample-file.ts';
import { loadSections } from '../../src/app/options.ts';
import { readReport } from '../../src/app/report.ts';
import { DIALECTS } from '../../src/engines/openai-http/dialects/index.ts';
import { readEvents } from '../../src/engines/openai-http/event-stream.ts';
import { ServerTrouble } from '../../src/engines/openai-http/trouble.ts';
import { readGguf, readVocabulary } from '../../src/models/gguf/gguf.ts';
import { readConfigFile } from '../../src/options/config-file.ts';
import { EvalkitError } from '../../src/records/error.ts';
import { render } from '../../src/report/index.ts';
import { readRun } from '../../src/store/run-store.ts';
import { completeRun, storeRun } from '../fixtures/stored-run.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { sendJson, startModelServer } from '../fixtures/model-server.ts';
import { openHttp } from '../engines/openai-http/http-session.ts';
import { mutatedBytes, mutatedJson, mutatedText } from './mutate.ts';

/** Stands in each title; `EVALKIT_FUZZ_SEED` repeats a run. */
const SEED = Number(process.env['EVALKIT_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

/** Inputs of all kinds together; `EVALKIT_FUZZ_INPUTS` takes more, or fewer. */
const INPUTS = Number(process.env['EVALKIT_FUZZ_INPUTS'] ?? 10_000);

const FOLDER = mkdtempSync(join(tmpdir(), 'evalkit-fuzz-'));

/** Reads an input in any way. Whatever it is, it is read, or refused in one line that a person can use. */
async function takenOrRefused(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof EvalkitError)) {
      throw error;
    }
    expect(error.message).toMatch(/^[^\n]{10,2000}$/);
    expect(error.message).not.toMatch(/\n\s+at |\[object Object\]|undefined/);
  }
}

async function fuzz<T>(
  inputs: fc.Arbitrary<T>,
  { share, read }: { readonly share: number; readonly read: (input: T) => unknown },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(inputs, (input) => takenOrRefused(() => read(input))),
    { seed: SEED, numRuns: Math.round(INPUTS * share), timeout: 10_000 },
  );
}

/** A file whose content is other each time. */
function rewritten(name: string): (content: string | Uint8Array) => string {
  const path = join(FOLDER, name);
  return (content) => {
    writeFileSync(path, content);
    return path;
  };
}

test(`samples (seed ${SEED})`, async () => {
  const right = [
    { task_id: 'HumanEval/0', completion: '    return 1\n' },
    { task_id: 'HumanEval/1', completion: '    return [x for x in "é\\n"]\n', more: [1, null] },
  ];
  const lines = right.map((line) => `${JSON.stringify(line)}\n`).join('');
  const write = rewritten('samples.jsonl');
  const values = fc.tuple(mutatedJson(right[0]), mutatedJson(right[1]));
  const texts = values.map((pair) => pair.map((one) => JSON.stringify(one)).join('\n'));
  await fuzz(fc.oneof(mutatedText(lines), texts), {
    share: 0.2,
    read: async (text) => {
      const path = write(text);
      await checkSamples({ path, form: 'completions' });
      await checkSamples({ path, form: 'answers' });
    },
  });
});

test(`config files (seed ${SEED})`, async () => {
  const right =
    'models:\n  mine: { repo: owner/name, instruct: true }\nhumaneval:\n  model: [q8_0, f16]\n  limit: 20\n  decode: [greedy, sample]\n  samples: 5\n  k: [1, 5]\ngate:\n  maxDrop: 3\n';
  const sections = await loadSections();
  const write = rewritten('config.yaml');
  await fuzz(mutatedText(right), {
    share: 0.15,
    read: async (text) => {
      const file = await readConfigFile({ path: write(text), cwd: FOLDER, env: {}, sections });
      file.section('humaneval');
    },
  });
});

test(`GGUF headers (seed ${SEED})`, async () => {
  const whole = join(FOLDER, 'whole.gguf');
  await makeTinyGguf(whole);
  // The header and the list of tensors: what follows is numbers, of which any are right.
  const right = new Uint8Array(readFileSync(whole)).slice(0, 24_000);
  const write = rewritten('model.gguf');
  await fuzz(mutatedBytes(right), {
    share: 0.1,
    read: async (bytes) => {
      const path = write(bytes);
      await readGguf(path);
      await readVocabulary(path);
    },
  });
});

test(`servers' answers (seed ${SEED})`, async () => {
  const right = [
    event({
      model: 'm',
      choices: [{ index: 0, text: '    return', finish_reason: null, token_ids: [1, 2] }],
    }),
    event({ choices: [{ index: 0, delta: { content: ' 1', reasoning_content: 'so' } }] }),
    event({ choices: [{ finish_reason: 'stop' }], usage: { completion_tokens: 3 } }),
    event({ content: ' 1', stop: true, stop_type: 'eos', tokens: [3], timings: { prompt_n: 4 } }),
    event({ response: ' 1', done: true, done_reason: 'stop', eval_count: 3 }),
    'data: [DONE]\n\n',
  ].join('');
  const types = fc.constantFrom('text/event-stream', 'application/json', 'application/x-ndjson');
  const dialects = fc.constantFrom(...DIALECTS);
  await fuzz(fc.tuple(mutatedText(right), types, dialects), {
    share: 0.2,
    read: async ([text, contentType, dialect]) => {
      try {
        for await (const { value } of readEvents('http://x/v1', answerOf(text, contentType))) {
          const piece = dialect.read(value);
          expect(typeof piece.text).toBe('string');
        }
      } catch (error) {
        // What the engine takes for a server's failure, and never for a completion.
        if (!(error instanceof ServerTrouble) && !(error instanceof z.ZodError)) {
          throw error;
        }
      }
    },
  });
});

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

const asItIs = (line: string): string => line;

function answerOf(text: string, contentType: string) {
  async function* body(): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text);
    const half = Math.floor(bytes.length / 2);
    yield bytes.subarray(0, half);
    yield bytes.subarray(half);
  }
  return {
    contentType,
    body: body(),
    withoutSecrets: asItIs,
    sentAt: 0,
    cancel: () => {},
    release: () => {},
  };
}

test(`what servers say of themselves, and do (seed ${SEED})`, async () => {
  const answers = new Map<string, unknown>();
  await using server = await startModelServer({
    fault: ({ path }, response) => {
      const isKnown = answers.has(path);
      sendJson(
        response,
        isKnown ? answers.get(path) : { error: 'no such path' },
        isKnown ? 200 : 404,
      );
      return true;
    },
  });
  const paths = fc.constantFrom(...Object.keys(SELF_DESCRIPTION));
  const changes = paths.chain((path) =>
    mutatedJson(SELF_DESCRIPTION[path]).map((value) => [path, value] as const),
  );
  const absent = fc.subarray(
    Object.keys(SELF_DESCRIPTION).filter((path) => !path.startsWith('/v1')),
  );
  await fuzz(fc.tuple(changes, absent), {
    share: 0.05,
    read: async ([[path, value], missing]) => {
      answers.clear();
      for (const [name, right] of Object.entries(SELF_DESCRIPTION)) {
        if (!missing.includes(name)) {
          answers.set(name, name === path ? value : right);
        }
      }
      await openHttp(server.url);
    },
  });
});

/** What servers of all kinds say together; which of them one is, those that are absent decide. */
const SELF_DESCRIPTION: Readonly<Record<string, unknown>> = {
  '/v1/models': {
    data: [{ id: 'm', owned_by: 'vllm', max_model_len: 2_048, meta: { n_ctx_train: 4_096 } }],
  },
  '/v1/completions': {
    model: 'm',
    choices: [
      {
        index: 0,
        text: ' x',
        finish_reason: 'stop',
        token_ids: [1],
        logprobs: { token_logprobs: [null, -1] },
        prompt_logprobs: [null, { 2: { logprob: -1, rank: 1 } }],
      },
    ],
    usage: { prompt_tokens: 2, completion_tokens: 1 },
  },
  '/v1/chat/completions': {
    choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 2, completion_tokens: 1 },
  },
  '/version': { version: '0.9' },
  '/get_model_info': { model_path: 'm' },
  '/get_server_info': { version: '0.5', context_length: 2_048 },
  '/props': {
    build_info: 'b1',
    model_path: 'm.gguf',
    chat_template: '{{ x }}',
    default_generation_settings: { n_ctx: 1_024 },
  },
  '/completion': { content: ' x', stop: true, stop_type: 'eos', tokens: [3], tokens_evaluated: 4 },
  '/tokenize': { tokens: [1, 2], token_strs: ['def add(a,', '\u0120b):\u010a'] },
  '/api/version': { version: '0.6' },
  '/api/tags': { models: [{ name: 'm', digest: 'd' }] },
  '/api/show': { details: {}, model_info: { 'x.context_length': 2_048 }, template: '' },
  '/api/generate': { response: ' x', done: true, done_reason: 'stop', eval_count: 3 },
  '/api/chat': { message: { content: 'x' }, done: true, done_reason: 'stop', eval_count: 3 },
};

test(`records (seed ${SEED})`, async () => {
  const folder = join(FOLDER, 'run');
  storeRun(folder, completeRun());
  const files = ['run.json', 'completions.jsonl', 'verdicts.jsonl', 'sessions.jsonl'].map(
    (name) => {
      const path = join(folder, name);
      return { path, text: readFileSync(path, 'utf8') };
    },
  );
  const changes = fc.oneof(
    ...files.map(({ path, text }) => {
      const [first = '', ...others] = text.trimEnd().split('\n');
      const rest = others.map((line) => `\n${line}`).join('');
      const values = mutatedJson(JSON.parse(first)).map((one) => `${JSON.stringify(one)}${rest}\n`);
      return fc.oneof(mutatedText(text), values).map((changed) => ({ path, text, changed }));
    }),
  );
  await fuzz(changes, {
    share: 0.2,
    read: async ({ path, text, changed }) => {
      writeFileSync(path, changed);
      try {
        readRun(folder);
        const rendition = await readReport(folder, { env: {}, cwd: folder });
        for (const format of ['terminal', 'junit'] as const) {
          await render(rendition, format);
        }
      } finally {
        writeFileSync(path, text);
      }
    },
  });
});

test(`baselines (seed ${SEED})`, async () => {
  const path = new URL('../fixtures/runs-v1/baseline/baseline-tiny.json', import.meta.url);
  const text = readFileSync(path, 'utf8');
  const write = rewritten('baseline.json');
  const values = mutatedJson(JSON.parse(text)).map((value) => JSON.stringify(value));
  await fuzz(fc.oneof(mutatedText(text), values), {
    share: 0.1,
    read: (changed) => loadReference(write(changed), { cwd: FOLDER, metric: undefined }),
  });
});
