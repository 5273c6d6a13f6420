import { command } from './command.ts';

/** `evalkit doctor`: whether the main job can run here, with what, and how protected. */
export const doctor = command({
  name: 'doctor',
  summary: 'Say whether evalkit can do its job on this machine, and what with',
  run: async (options, host) => (await import('../app/doctor/command.ts')).doctor(options, host),
});
