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
      });
      return { kind: 'opened', info: model.info };
    }
    if (model === undefined) {
      throw new Error(`asked to ${question.kind} before a model was opened`);
    }
    if (question.kind === 'count') {
      return { kind: 'counted', counts: model.countTokens(question.prompts) };
    }
    if (question.kind === 'tokenize') {
      return { kind: 'tokenized', texts: model.tokenize(question.texts) };
    }
    if (question.kind === 'score') {
      const totals = await model.score(question);
      return { kind: 'scored', stats: { ...totals, peakRssBytes: peakRssBytes() } };
    }
    if (question.kind === 'benchmark') {
      const { contextSize } = question;
      const times = await model.benchmark(question);
      return {
        kind: 'benchmarked',
        result: { ...times, peakRssBytes: peakRssBytes(), contextSize },
      };
    }
    if (question.kind === 'load-draft') {
      return { kind: 'draft-loaded', info: await model.loadDraft(question.modelPath) };
    }
    if (question.kind === 'time') {
      const before = process.cpuUsage();
      const { tokens, ...timed } = await model.time(question.request, question);
      const { user, system } = process.cpuUsage(before);
      const cpuMs = (user + system) / 1_000;
      return {
        kind: 'timed',
        result: { ...timed, tokens: [...tokens], peakRssBytes: peakRssBytes(), cpuMs },
      };
    }
    const totals = await model.generate(question);
    return { kind: 'generated', stats: { ...totals, peakRssBytes: peakRssBytes() } };
  } catch (error) {
    return describeError(error);
  }
}

function peakRssBytes(): number {
  // Node gives the peak in kilobytes, as getrusage does on Linux.
  return process.resourceUsage().maxRSS * 1024;
}

function send(message: Message): void {
  process.send?.(message);
}
