import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { EngineContext } from '../engine.ts';
import { httpOptions } from './options.ts';

/**
 * The key that servers ask for: of `--api-key-file`, else of EVALKIT_API_KEY. Throws a usage error for a
 * file without one. No message ever shows it.
 */
export function readKey({ options, env, cwd }: EngineContext): string | undefined {
  const { apiKeyFile } = httpOptions.completions;
  const given = options['apiKeyFile'];
  if (typeof given !== 'string') {
    return checked(env['EVALKIT_API_KEY'], 'EVALKIT_API_KEY');
  }
  const path = resolve(cwd, given);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(
      about`${apiKeyFile} ${path} cannot be read: ${reasonOf(error)}; name a file that holds the key alone`,
      error,
    );
  }
  const key = checked(text, about`${apiKeyFile} ${path}`.text);
  if (key === undefined) {
    throw usageError(about`${apiKeyFile} ${path} is empty; name a file that holds the key alone`);
  }
  return key;
}

/** A header has no place for blanks and line breaks. */
function checked(text: string | undefined, where: string): string | undefined {
  const key = text?.trim() ?? '';
  if (key !== '' && !/^[\x21-\x7e]+$/.test(key)) {
    throw usageError(
      `${where} holds something that is not a key: a key has no blanks, line breaks or accents`,
    );
  }
  return key === '' ? undefined : key;
}
