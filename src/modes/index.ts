import type { Decode, DecodeOf, Mode } from '../records/decode.ts';
import { assisted } from './assisted.ts';
import { greedy } from './greedy.ts';
import { lookup } from './lookup.ts';
import type { ModeEntry } from './mode.ts';
import { sample } from './sample.ts';

/** Every decoding mode; one that is missing here does not compile. */
const MODES: { readonly [M in Mode]: ModeEntry<DecodeOf<M>> } = {
  greedy,
  sample,
  assisted,
  lookup,
};

/** The entry of a mode by its name. */
export function modeOf(name: Mode): ModeEntry {
  return MODES[name];
}

/** How an engine decodes that chooses tokens itself: what it draws, all models of such engines share. */
export function withSharedDraws(decode: Decode): Decode {
  return modeOf(decode.mode).shared?.(decode) ?? decode;
}

/** The entry of a cell's mode. */
export function modeOfCell({ decode }: { readonly decode: Decode }): ModeEntry {
  return modeOf(decode.mode);
}
