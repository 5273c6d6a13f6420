import { type AnsweredOf, EngineProcess, expectAnswer } from '../process/engine-process.ts';
import type { Ended, Notice, Question, Reply, Sequence, Step } from './protocol.ts';

type Answered = AnsweredOf<Reply>;
type AnswerTo<K extends Answered['kind']> = Extract<Answered, { readonly kind: K }>;

/** The kind of reply that answers a question. */
const ANSWERS = {
  open: 'opened',
  render: 'rendered',
  tokenize: 'tokenized',
  generate: 'generated',
  score: 'scored',
  benchmark: 'benchmarked',
  'load-draft': 'draft-loaded',
} as const satisfies Record<Question['kind'], Answered['kind']>;

type QuestionOf<K extends Question['kind']> = Extract<Question, { readonly kind: K }>;

/** The worker as the engine asks it. */
export class Worker extends EngineProcess<Notice, Reply> {
  /** Asks and waits for the answer of its kind; throws as `ask` does. */
  async askFor<K extends Question['kind']>(
    question: QuestionOf<K> & { readonly kind: K },
    signal: AbortSignal,
    onNotice?: (notice: Notice) => void,
  ): Promise<AnswerTo<(typeof ANSWERS)[K]>> {
    const reply = await this.ask(
      question,
      onNotice === undefined ? { signal } : { signal, onNotice },
    );
    return expectAnswer<Answered, (typeof ANSWERS)[K]>(reply, ANSWERS[question.kind]);
  }

  /** Generates one batch; `onStep` says which rows of a pass have ended. */
  generate(
    sequences: readonly Sequence[],
    onStep: (step: Step) => readonly number[],
    signal: AbortSignal,
  ): Promise<AnswerTo<'generated'>> {
    return this.askFor({ kind: 'generate', sequences }, signal, (notice) => {
      if (notice.kind === 'step') {
        const ended: Ended = { kind: 'ended', rows: onStep(notice) };
        this.tell(ended);
      }
    });
  }
}
