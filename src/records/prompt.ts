/** What a model is given. */
export type Prompt =
  /** Text to be continued; control tokens in it stay plain text. */
  | { readonly kind: 'text'; readonly text: string }
  /** A conversation, rendered with the model's own template; the completion begins with `answerPrefix`. */
  | {
      readonly kind: 'chat';
      readonly system: string | undefined;
      readonly user: string;
      readonly answerPrefix: string;
    };
