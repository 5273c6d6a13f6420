import type { TimedPass } from './governor.ts';

/** How much of what is known a new look replaces. */
const NEW_SHARE = 0.5;

/** What passes took, by their shape: a prompt and a single token have little in common. */
export class PassSpeeds {
  readonly #msAToken = new Map<string, number>();

  /** Takes the passes of a look; those of one shape together, so that one slow pass counts little. */
  add(look: readonly TimedPass[]): void {
    for (const [shape, passes] of Map.groupBy(look, shapeOf)) {
      const now = total(passes, ({ ms }) => ms) / total(passes, ({ tokens }) => tokens);
      const before = this.#msAToken.get(shape) ?? now;
      this.#msAToken.set(shape, before + NEW_SHARE * (now - before));
    }
  }

  /** How many times as long as here the passes of a look took; `undefined`: no shape in common. */
  slownessOf(look: readonly TimedPass[]): number | undefined {
    const known = look.flatMap((pass) => {
      const each = this.#msAToken.get(shapeOf(pass));
      return each === undefined ? [] : [{ ms: pass.ms, expected: each * pass.tokens }];
    });
    return known.length === 0
      ? undefined
      : total(known, ({ ms }) => ms) / total(known, ({ expected }) => expected);
  }
}

/** Token counts within about a fifth of each other are one shape. */
function shapeOf({ of, tokens }: TimedPass): string {
  return `${of} ${Math.round(2 * Math.log2(tokens))}`;
}

function total<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0);
}
