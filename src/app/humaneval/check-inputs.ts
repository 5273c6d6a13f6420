import { loadChosenText } from '../../measures/perplexity/chosen-text.ts';
import { KINDS } from '../../store/kinds.ts';
import { checkInstruction } from '../../suites/prompt.ts';
import { checkFolder } from '../folders.ts';
import { loadReference } from '../gate/load-evidence.ts';
import type { Host } from '../host.ts';
import type { HumanevalOptions } from './options.ts';
import { readInstruction } from './plan.ts';

/**
 * Reads what a run is given beside its models and tasks. Throws a usage error for what cannot be used:
 * before anything is fetched or said, since a wrong name may else come to light after gigabytes.
 */
export async function checkInputs(options: HumanevalOptions, host: Host): Promise<void> {
  const instruction = await readInstruction(options, host);
  if (instruction !== undefined) {
    checkInstruction(instruction);
  }
  if (options.gate && options.baseline !== undefined) {
    loadReference(options.baseline, host.cwd);
  }
  const text = options.pplData ?? host.env['EVALKIT_PPL_DATA'];
  if (options.perplexity !== false && text !== undefined && text !== '') {
    await loadChosenText(options, host);
  }
  checkFolder(KINDS.humaneval, options, host);
}
