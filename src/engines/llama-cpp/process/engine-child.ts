import type { z } from 'zod';
import { LoadedModel } from '../load/loaded-model.ts';
import { type Message, questionSchema } from './protocol.ts';
import { describeError } from './describe-error.ts';

/*
 * The process that a model lives in: a defect in native code, or the system's memory killer, ends
 * this process and not the run. Its parent asks over IPC; the log goes to stderr.
 */

// Native threads compute on, so only a signal that needs no cooperation is sure to end the process.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl-C reaches this process too, but it is the parent that decides how a run ends.
process.on('SIGINT', () => undefined);

let model: LoadedModel | undefined;

process.on('message', (message) => {
  void reply(message).then(send);
});

async function reply(message: unknown): Promise<Message> {
  try {
    const question = questionSchema.parse(message);
    if (question.kind === 'open') {
      model = await LoadedModel.open(question, {
        send,
        log: (line) => process.stderr.write(`${line}\n`),
        rssBytes: () => process.memoryUsage.rss(),
        cpuMs,
      });
      return { kind: 'opened', info: model.info };
    }
    if (model === undefined) {
      throw new Error(`asked to ${question.kind} before a model was opened`);
    }
    return await answer(question, model);
  } catch (error) {
    return describeError(error);
  }
}

async function answer(
  question: Exclude<z.infer<typeof questionSchema>, { kind: 'open' }>,
  loaded: LoadedModel,
): Promise<Message> {
  switch (question.kind) {
    case 'encode':
      return { kind: 'encoded', prompts: loaded.encode(question.prompts) };
    case 'tokenize':
      return { kind: 'tokenized', texts: loaded.tokenize(question.texts) };
    case 'score': {
      const totals = await loaded.score(question);
      return { kind: 'scored', stats: { ...totals, peakRssBytes: peakRssBytes() } };
    }
    case 'benchmark': {
      const { contextSize } = question;
      const times = await loaded.benchmark(question);
      const result = { ...times, peakRssBytes: peakRssBytes(), contextSize };
      return { kind: 'benchmarked', result };
    }
    case 'load-draft':
      return { kind: 'draft-loaded', info: await loaded.loadDraft(question.modelPath) };
    case 'time':
      return time(question, loaded);
    case 'generate': {
      const before = cpuMs();
      loaded.takeThreadUse();
      const totals = await loaded.generate(question);
      const threadUse = loaded.takeThreadUse();
      const stats = { ...totals, peakRssBytes: peakRssBytes(), cpuMs: cpuMs() - before, threadUse };
      return { kind: 'generated', stats };
    }
  }
}

async function time(
  question: Extract<z.infer<typeof questionSchema>, { kind: 'time' }>,
  loaded: LoadedModel,
): Promise<Message> {
  const before = cpuMs();
  const { tokens, ...timed } = await loaded.time(question.request, question);
  return {
    kind: 'timed',
    result: {
      ...timed,
      tokens: [...tokens],
      peakRssBytes: peakRssBytes(),
      cpuMs: cpuMs() - before,
    },
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function peakRssBytes(): number {
  // Node gives the peak in kilobytes, as getrusage does on Linux.
  return process.resourceUsage().maxRSS * 1024;
}

function send(message: Message): void {
  process.send?.(message);
}
