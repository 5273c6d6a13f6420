import { type Capability, LOCAL_CAPABILITIES } from '../capabilities.ts';
import type { Engine, OpenOptions } from '../engine.ts';
import { llamaCppIdentity } from './identity.ts';
import { LlamaCppSession } from './process/session.ts';

/**
 * The longest silence of a process that is at work. It speaks with each batch, which takes seconds
 * even for a large model on a slow CPU.
 */
const STALL_TIMEOUT_MS = 300_000;

export interface LlamaCppOptions {
  /** The environment of this process; each model's process gets a cleaned copy. */
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds without progress after which a model's process counts as hung. */
  readonly stallTimeoutMs?: number;
}

/** Everything that can be done without a server. */
export const LLAMA_CAPABILITIES: ReadonlySet<Capability> = new Set([
  ...LOCAL_CAPABILITIES,
  'replay',
]);

/** llama.cpp's sessions can do everything. */
export interface LlamaCppEngine extends Engine {
  open(options: OpenOptions): Promise<LlamaCppSession>;
}

/** The engine that runs GGUF models by node-llama-cpp, each in a process of its own. */
export function createLlamaCppEngine({
  env,
  stallTimeoutMs = STALL_TIMEOUT_MS,
}: LlamaCppOptions): LlamaCppEngine {
  return {
    identity: llamaCppIdentity(),
    capabilities: LLAMA_CAPABILITIES,
    open: (options) => LlamaCppSession.open(options, env, stallTimeoutMs),
  };
}
