import { command } from './command.ts';

/** `evalkit doctor`: whether the main job can run here, with what, and how protected. */
export const doctor = command({
  name: 'doctor',
  summary: 'Check whether evalkit can run on this machine, and with what',
  run: async (options, host) => (await import('../app/doctor/command.ts')).doctor(options, host),
});
