import { z } from 'zod';

/**
 * All that is said of an option, once: flag, type, check, help and documentation are made from it.
 */
export interface Declaration<T extends z.ZodType = z.ZodType> {
  /** Reads the text that was typed: one of value-types.ts, or a refinement of one. */
  readonly type: T;
  readonly help: string;
  /** What holds where the user says nothing. */
  readonly default?: Readonly<z.output<T>>;
  /** The default in words, where it is not one value: `512 raw, 1024 chat`. */
  readonly defaultText?: string;
  /** No default would do. */
  readonly required?: true;
  /** A word of the command line without a flag before it. */
  readonly positional?: true;
  /** It names what is written: looked at before anything is done, and bound where a config file says it. */
  readonly writes?: 'file' | 'folder';
  /** It names files that are read; none may be written over. */
  readonly reads?: true;
  /** The letter of its short form. */
  readonly alias?: string;
  /** What must hold of other options for this one to have an effect; else it is refused. */
  readonly needs?: Need | readonly Need[];
  /** Why a config file, which may come along with the code that is measured, must not set it. */
  readonly flagOnly?: string;
  /** It is too long for a command line and stands in a config file alone. */
  readonly configOnly?: true;
}

/**
 * Another option that an option depends on. A command that lacks it asks nothing of it. Without a value
 * it must be given, or be on; `is`: it must be, or as a list hold, one of these; `isNot`: it must not be
 * this; `unset`: it must not be given.
 */
export type Need = { readonly option: string; readonly why?: string } & (
  | { readonly is?: readonly string[]; readonly isNot?: never; readonly unset?: never }
  | { readonly isNot: string | boolean; readonly is?: never; readonly unset?: never }
  | { readonly unset: true; readonly is?: never; readonly isNot?: never }
);

/** What refers to an option in a message. */
export interface OptionReference {
  /** In camel case, as config files and code have it. */
  readonly name: string;
  readonly positional?: true;
}

/** A declared option. */
export type Option<D extends Declaration = Declaration, N extends string = string> = D & {
  readonly name: N;
  /** The heading it stands under in help and documentation. */
  readonly group: string;
};

/** Options by name. */
export type OptionSet = Readonly<Record<string, Option>>;

/** What a set of options comes to, checked, with defaults in place. */
export type Options<S extends OptionSet> = {
  readonly [K in keyof S as IsSet<S[K]> extends true ? K : never]: z.output<S[K]['type']>;
} & {
  readonly [K in keyof S as IsSet<S[K]> extends true ? never : K]?:
    | z.output<S[K]['type']>
    | undefined;
};

type IsSet<O> = O extends { readonly default: unknown } | { readonly required: true }
  ? true
  : false;

/** Declares options that stand under one heading. Each learns its name from its key. */
export function declareOptions<const S extends Readonly<Record<string, Declaration>>>(
  group: string,
  declarations: S & { readonly [K in keyof S]: Declaration<S[K]['type']> },
): { readonly [K in keyof S & string]: Option<S[K], K> } {
  const named = Object.entries(declarations).map(([name, declaration]) => [
    name,
    { ...declaration, name, group },
  ]);
  return Object.fromEntries(named);
}

/** The flag of an option's name: `maxTokens` is `--max-tokens`. */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** How an option is called in a message: `--max-tokens`, or for a positional its name. */
export function labelOf({ name, positional }: OptionReference): string {
  return positional === true ? name : flagName(name);
}

/** Whether an option is a switch, which takes no value. */
export function isSwitch({ type }: Declaration): boolean {
  return type instanceof z.ZodBoolean;
}

/** Whether a config file may set an option. */
export function isConfigurable({ flagOnly, positional }: Declaration): boolean {
  return flagOnly === undefined && positional !== true;
}
