import type { ProgressSink } from '../records/progress.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { Converter } from './convert/converter.ts';

/** What an engine that loads folders of weights does about them before it loads one. */
export interface FolderCare {
  /** Throws an `EvalkitError` for a folder's config that it cannot run; its weights need not be there. */
  check(folder: string, signal: AbortSignal): Promise<void>;
  /** Fills a folder with a GGUF's weights, no value changed; gives the tool's name and version. */
  unpack(gguf: string, folder: string, signal: AbortSignal): Promise<string>;
}

/** What resolving models may use. */
export interface ModelSettings {
  /** Absolute path; made where it does not exist. */
  readonly cacheFolder: string;
  readonly hub: {
    /** HF_ENDPOINT, or `https://huggingface.co`. */
    readonly endpoint: string;
    /** HF_TOKEN; sent to the endpoint alone. */
    readonly token: string | undefined;
  };
  /** The bases that have names; `undefined`: evalkit's own. */
  readonly catalogue?: Catalogue | undefined;
  /** The interpreter whose pip downloads packages; `undefined`: there is none. */
  readonly python: string | undefined;
  /** True: neither hub nor package index is asked. */
  readonly offline: boolean;
  /** True: no quantization is made; a missing one is an environment error. */
  readonly isDry?: boolean;
  /** The care of an engine's folders, by its name; absent: no engine is at hand. */
  readonly folders?: (engine: string) => FolderCare | undefined;
  /** What turns folders of safetensors into GGUF; absent: nothing does. */
  readonly converter?: Converter | undefined;
  /** Threads that quantize; `undefined`: as many as the machine offers. */
  readonly threads: number | undefined;
  /** The environment of child processes; pip reads its own settings from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}
