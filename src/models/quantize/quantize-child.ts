import { rmSync } from 'node:fs';
import { getOneMessage, sendMessage } from 'execa';
import { readImportanceMatrix } from './importance-matrix.ts';
import { type QuantizeMessage, quantizeRequestSchema } from './messages.ts';
import { loadQuantizer } from './quantizer.ts';

/** Entry file of the process that quantizes: llama.cpp may end it at any time, and then no more. */
const request = quantizeRequestSchema.parse(await getOneMessage());

process.once('disconnect', abandon);
if (!process.connected) {
  abandon();
}

const WARNING = 3;
const ERROR = 4;
const errors: string[] = [];
let fallbacks = 0;
let unweighed = 0;

const ending = await run();
process.off('disconnect', abandon);
await sendMessage(ending);
// llama.cpp's log callback would keep the process alive.
process.exit(0);

/**
 * The parent is gone: nobody else removes the file. An orderly exit would wait for the quantizing
 * thread, which waits for this one to take its log lines.
 */
function abandon(): void {
  rmSync(request.output, { force: true });
  process.kill(process.pid, 'SIGKILL');
}

async function run(): Promise<QuantizeMessage> {
  try {
    const { imatrix } = request;
    const matrix = imatrix === undefined ? undefined : await readImportanceMatrix(imatrix);
    const importance = matrix?.entries;
    const status = await loadQuantizer(request.library, onLog).quantize({ ...request, importance });
    return status === 0
      ? { kind: 'done', fallbacks, unweighed }
      : { kind: 'failed', lines: errors };
  } catch (error) {
    return { kind: 'failed', lines: [...errors, String(error)] };
  }
}

function onLog(level: number, text: string): void {
  const tensor = /^\[\s*(\d+)\/\s*(\d+)\]/.exec(text);
  if (tensor !== null) {
    const done = Number(tensor[1]);
    void sendMessage({ kind: 'tensor', done } satisfies QuantizeMessage);
  }
  if (level === ERROR) {
    const lines = text.split('\n').map((line) => line.trim());
    // Without the rules that frame some of them.
    errors.push(...lines.filter((line) => /[a-z]/i.test(line)));
  }
  // llama.cpp never measures the embedding, and the output only when told to.
  if (/did not find weights for (?!token_embd|output\.)/.test(text)) {
    unweighed += 1;
  }
  const fallback = /(\d+) of \d+ tensor\(s\) required fallback/.exec(text);
  if (level === WARNING && fallback !== null) {
    fallbacks = Number(fallback[1]);
  }
}
