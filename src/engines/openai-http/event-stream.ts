import type { Answer } from './connection.ts';
import { bodyWords, ServerTrouble } from './trouble.ts';

/** One event, with when it came as `performance.now()`. */
export interface StreamEvent {
  readonly value: unknown;
  readonly at: number;
}

/** Longest line of a stream; an event holds a few tokens. */
const MOST_LINE = 16 * 2 ** 20;

/** Longest answer in one piece. */
const MOST_TEXT = 64 * 2 ** 20;

/**
 * The JSON events of a stream: of server-sent events (`data: {…}` up to `data: [DONE]`), or of lines of
 * JSON as Ollama sends them. What is neither throws: a page, broken JSON, bytes that are not UTF-8.
 */
export async function* readEvents(url: string, answer: Answer): AsyncGenerator<StreamEvent> {
  const type = answer.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') {
    yield { value: parse(url, await wholeText(url, answer)), at: performance.now() };
    return;
  }
  const isEvents = type === 'text/event-stream';
  for await (const { line, at } of readLines(url, answer)) {
    const text = isEvents ? dataOf(line) : line.trim();
    if (text === '[DONE]') {
      answer.release();
      return;
    }
    if (text !== undefined && text !== '') {
      yield { value: parse(url, text), at };
    }
  }
}

/** What a line of server-sent events carries; comments and other fields carry nothing. */
function dataOf(line: string): string | undefined {
  // llama-server names its errors in the field's place.
  const field = /^(?:data|error):/.exec(line)?.[0];
  return field === undefined ? undefined : line.slice(field.length).trim();
}

/** An answer in one piece, decoded strictly. */
export async function wholeText(url: string, answer: Answer): Promise<string> {
  let text = '';
  for await (const { line } of readLines(url, answer)) {
    text += `${line}\n`;
    if (text.length > MOST_TEXT) {
      answer.cancel();
      throw new ServerTrouble('broken', `${url} sent more than ${MOST_TEXT} characters`);
    }
  }
  return text;
}

async function* readLines(url: string, { body, cancel, withoutSecrets }: Answer) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      cancel();
      throw new ServerTrouble('broken', `${url} sent bytes that are not UTF-8`);
    }
  };
  for await (const chunk of body) {
    const at = performance.now();
    const lines = `${rest}${decode(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_LINE) {
      cancel();
      throw new ServerTrouble('broken', `${url} sent a line of more than ${MOST_LINE} characters`);
    }
    for (const line of lines) {
      yield { line: withoutSecrets(line.replace(/\r$/, '')), at };
    }
  }
  const last = `${rest}${decode()}`;
  if (last !== '') {
    yield { line: withoutSecrets(last), at: performance.now() };
  }
}

/** An answer in one piece as JSON. */
export async function wholeJson(url: string, answer: Answer): Promise<unknown> {
  return parse(url, await wholeText(url, answer));
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServerTrouble('broken', `${url} sent something that is not JSON: ${bodyWords(text)}`);
  }
}
