import { EvalkitError, type OptionMessage } from '../records/error.ts';
import { labelOf, type OptionReference } from './option.ts';

/**
 * Where the options that a config file has set stand in it, as `evalkit.config.yaml:3:
 * gate.maxDrop`.
 */
export type Origins = ReadonlyMap<string, string>;

/**
 * The text of an error that speaks of options: each is named by reference, so that the error knows
 * which options it is about. `about` + "`${samples} 5 is too few`" reads `--samples 5 is too few`.
 */
export function about(
  words: TemplateStringsArray,
  ...parts: readonly (OptionReference | OptionMessage | string | number)[]
): OptionMessage {
  const told = parts.map(partOf);
  return {
    text: words.map((text, index) => `${text}${told[index]?.text ?? ''}`).join(''),
    options: told.flatMap(({ options }) => options),
  };
}

/** Several options in a row: `--output and --junit`. */
export function joined(
  parts: readonly (OptionReference | OptionMessage)[],
  separator: string,
): OptionMessage {
  const told = parts.map(partOf);
  return {
    text: told.map(({ text }) => text).join(separator),
    options: told.flatMap(({ options }) => options),
  };
}

function partOf(part: OptionReference | OptionMessage | string | number): OptionMessage {
  if (typeof part !== 'object') {
    return { text: String(part), options: [] };
  }
  return 'text' in part ? part : { text: labelOf(part), options: [part.name] };
}

/**
 * An error as the user sees it: an option that it is about and that the config file has set is
 * followed by its place in the file, since the message names the flag wherever the value came from.
 */
export function located(error: unknown, origins: Origins): unknown {
  if (!(error instanceof EvalkitError)) {
    return error;
  }
  const places = [...new Set(error.options)].flatMap((name) => {
    const place = origins.get(name);
    return place === undefined ? [] : [`${labelOf({ name })}: ${place}`];
  });
  return places.length === 0
    ? error
    : new EvalkitError(error.kind, `${error.message} (${places.join(', ')})`, { cause: error });
}

/** Does what a command does with options of these origins. */
export async function locating<T>(origins: Origins, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw located(error, origins);
  }
}
