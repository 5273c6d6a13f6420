/** What a step counts. */
export type ProgressUnit =
  | 'bytes'
  | 'tensors'
  | 'tasks'
  | 'samples'
  | 'tokens'
  | 'cells'
  | 'packages'
  | 'percent';

/** Work in any unit, of which a step knows more than its count of pieces says. */
export interface Work {
  readonly done: number;
  readonly left: number;
}

/** Pieces of one kind that a run is to have, as `completions`, and how many of them are there. */
export interface RunPart {
  readonly name: string;
  readonly asked: number;
  readonly done: number;
}

/**
 * Everything a long step tells while it runs. Steps are named by their label; one runs at a time.
 * How an event looks is the renderer's affair alone.
 */
export type ProgressEvent =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  | {
      readonly kind: 'step-started';
      readonly step: string;
      readonly unit: ProgressUnit;
      /** How many units the step has, where that is known. */
      readonly total: number | undefined;
      /** How many of them an earlier run has done already. */
      readonly done?: number;
      /** How many pieces of the run's part under way it does; absent: none, as loading a model. */
      readonly pieces?: number;
    }
  | {
      readonly kind: 'step-advanced';
      readonly step: string;
      /** Units done so far, counted from the start of the step. */
      readonly done: number;
      /** New tokens so far in this step, where it makes tokens. */
      readonly newTokens?: number;
      /** What the time left is reckoned from; absent: from the units. */
      readonly work?: Work | undefined;
    }
  | { readonly kind: 'step-ended'; readonly step: string }
  /** Until it ends, steps belong to a run of several parts, one after the other. */
  | { readonly kind: 'run-started'; readonly parts: readonly RunPart[] }
  | { readonly kind: 'part-started'; readonly part: string }
  | { readonly kind: 'run-ended' };

/** Takes progress; never throws, never blocks. */
export type ProgressSink = (event: ProgressEvent) => void;
