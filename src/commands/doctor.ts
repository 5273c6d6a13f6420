import { command } from './command.ts';

/**
 * `evalkit doctor`: whether the main job can run on this machine, with what, and how samples are
 * confined.
 */
export const doctor = command({
  name: 'doctor',
  summary: 'Check whether evalkit can run on this machine, and with what',
  run: async (options, host) => (await import('../app/doctor/command.ts')).doctor(options, host),
});
