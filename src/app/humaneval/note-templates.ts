import type { ModelRecord } from '../../records/model.ts';
import type { Host } from '../host.ts';
import type { ModelLimits } from '../models/model-limits.ts';
import type { HumanevalOptions } from './options.ts';
import { isGgufName } from '../../models/gguf/split-file.ts';

/**
 * Says of a model that can chat and is asked raw, because its name does not say that it was tuned for it,
 * how to ask it otherwise: many such lose most of their points when they are asked raw.
 */
export function noteUnusedTemplates(
  models: readonly { readonly record: ModelRecord }[],
  from: {
    readonly modelPaths: ReadonlyMap<string, string>;
    readonly limits: ReadonlyMap<string, ModelLimits>;
    readonly prompt: HumanevalOptions['prompt'];
    readonly host: Host;
  },
): void {
  const { modelPaths, limits, prompt, host } = from;
  if (prompt !== 'auto') {
    return;
  }
  for (const { record } of models) {
    const { sha256 } = record.weights;
    const path = record.instruct ? undefined : modelPaths.get(sha256);
    const canChat = limits.get(sha256)?.notAsked?.chat === undefined;
    if (path !== undefined && isGgufName(path) && canChat) {
      host.progress({
        kind: 'note',
        text: `${record.base}:${record.quantization} has a chat template; its name does not say instruct: asked raw; --prompt chat asks it by its template, --prompt raw leaves this out`,
      });
    }
  }
}
