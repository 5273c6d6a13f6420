import { createScriptedEngine } from '../fixtures/scripted-engine.ts';
import { NEVER, SETTINGS } from './llama-cpp/tiny-session.ts';
import { describeScoringContract } from './scoring-contract.ts';

describeScoringContract('scripted', () =>
  createScriptedEngine({ answer: () => '' }).open({
    modelPath: '',
    threads: 1,
    settings: SETTINGS,
    signal: NEVER,
  }),
);
