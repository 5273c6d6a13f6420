import type { Converter } from '../../models/convert/converter.ts';
import type { Host } from '../host.ts';
import { checkConversion } from './check.ts';
import { convertPython, torchPython } from './python.ts';

/** The options that decide how folders are converted. */
export interface ConverterOptions {
  readonly enginePython?: string | undefined;
  readonly threads?: number | undefined;
}

/** What turns folders of safetensors into GGUF, with its checks. */
export function createConverter(options: ConverterOptions, host: Host): Converter {
  const { enginePython, threads } = options;
  return {
    python: () => convertPython(enginePython, host),
    check: async (candidate) =>
      checkConversion(candidate, {
        threads,
        host,
        torchPython: await torchPython(enginePython, host),
      }),
  };
}
