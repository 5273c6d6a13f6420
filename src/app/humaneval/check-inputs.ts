import { basename } from 'node:path';
import { loadChosenText } from '../../measures/perplexity/chosen-text.ts';
import { KINDS } from '../../store/kinds.ts';
import { checkInstruction, refuseChatOptions } from '../../suites/prompt.ts';
import { checkFolder } from '../folders.ts';
import { loadReference, loadReferences } from '../gate/load-evidence.ts';
import type { Host } from '../host.ts';
import type { EngineWeights, ModelItem } from '../../models/item.ts';
import { type Catalogue, findBase } from '../../models/catalogue/catalogue.ts';
import { saysInstruct } from '../../models/repository.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { nameOf } from './drafts.ts';
import type { HumanevalOptions } from './options.ts';
import { readInstruction } from './plan.ts';

/**
 * Reads what a run is given beside its models and tasks. Throws a usage error for what cannot be used:
 * before anything is fetched or said, since a wrong name may else come to light after gigabytes.
 */
export async function checkInputs(
  options: HumanevalOptions,
  { items, suites }: { readonly items: readonly ModelItem[]; readonly suites: readonly string[] },
  host: Host,
): Promise<void> {
  const instruction = await readInstruction(options, host);
  if (instruction !== undefined) {
    checkInstruction(instruction);
  }
  if (options.prompt === 'auto') {
    const raw = items.find((item) => isSurelyRaw(item, host.catalogue()));
    if (raw !== undefined) {
      refuseChatOptions({ instruction, system: options.system }, nameOf(raw));
    }
  }
  refuseLoneCell(options, items.length);
  if (options.gate && options.baseline !== undefined) {
    const reading = { cwd: host.cwd, metric: options.metric };
    if (suites.length === 1) {
      loadReference(options.baseline, reading);
    } else {
      loadReferences(options.baseline, suites, reading);
    }
  }
  const text = options.pplData ?? host.env['EVALKIT_PPL_DATA'];
  if (options.perplexity !== false && text !== undefined && text !== '') {
    await loadChosenText(options, host);
  }
  if (suites.length > 1) {
    checkFolder(KINDS.suites, options, host);
  } else {
    checkFolder(KINDS.humaneval, options, host);
  }
}

/** Whether a model is asked raw, as far as that is known without its file. */
function isSurelyRaw(item: ModelItem, catalogue: Catalogue): boolean {
  switch (item.kind) {
    case 'catalogue':
      return findBase(item.base, catalogue)?.instruct === false;
    case 'hub':
      return !saysInstruct(item.repo);
    case 'hub-file':
      return !saysInstruct(item.repo) && !saysInstruct(item.file);
    case 'made':
      return isSurelyRaw(item.from, catalogue);
    case 'of-engine':
      return isSurelyRawFor(item.weights, catalogue);
    case 'folder':
      return !saysInstruct(basename(item.path));
    // Its name may be known to the server alone.
    case 'served':
      return false;
    // The file may turn out to be one of the catalogue's, and the label's to say more than the label.
    case 'local':
    case 'hub-label':
      return false;
  }
}

function isSurelyRawFor(weights: EngineWeights, catalogue: Catalogue): boolean {
  switch (weights.kind) {
    case 'file':
      return true;
    case 'folder':
      return !saysInstruct(basename(weights.path));
    case 'repository':
      return !saysInstruct(weights.repo);
    case 'gguf':
      return isSurelyRaw(weights.from, catalogue);
  }
}

/** Throws a usage error for a gate on one cell without a baseline, which would be its own. */
function refuseLoneCell(options: HumanevalOptions, models: number): void {
  const { gate, baseline, decode, cacheTypeK, cacheTypeV } = options;
  const cells = models * decode.length * cacheTypeK.length * cacheTypeV.length;
  if (gate && baseline === undefined && cells === 1) {
    throw usageError(
      about`${{ name: 'gate' }}: this run would hold nothing but the baseline itself; name a further ${{ name: 'model' }}, or another ${{ name: 'baseline' }}`,
    );
  }
}
