import { execa } from 'execa';
import { type Ended, killingOne, run, type Scene, striking } from './command.ts';
import { JOB_NAMES, type JobName } from './jobs.ts';
import { kill } from './processes.ts';
import { garble, tear } from './spoil.ts';

const CLOCK = new URL('./clock-back.ts', import.meta.url).href;

/** What goes wrong in one round. */
export interface Fault {
  /** Commands that it can happen to. */
  readonly jobs: readonly JobName[];
  /** What the disturbed commands came to. */
  readonly act: (scene: Scene) => Promise<readonly Ended[]>;
}

const JUDGING: readonly JobName[] = JOB_NAMES.filter((name) => name !== 'merge');

/** Everything that a round may do, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'command killed': {
    jobs: JOB_NAMES,
    act: async (scene) => [await striking(scene, kill)],
  },
  'engine killed': {
    jobs: ['weights'],
    act: async (scene) => [await killingOne(scene, /engines\/.*-child\./)],
  },
  'sandbox killed': {
    jobs: JUDGING,
    act: async (scene) => [
      await killingOne(scene, /sandbox\/python\/processes|bwrap|\/evalkit\/\w+\.py/),
    ],
  },
  'server killed': {
    jobs: ['server'],
    act: async (scene) => [await striking(scene, scene.restartServer)],
  },
  'torn line': {
    jobs: JUDGING,
    act: async (scene) => {
      const ended = await run(scene);
      tear(scene);
      return [ended];
    },
  },
  'garbled line': {
    jobs: JUDGING,
    act: async (scene) => [await run(scene), await garble(scene)],
  },
  'full disk': {
    jobs: JOB_NAMES,
    act: async (scene) => {
      const kibibytes = scene.random.between(1, 12);
      return [
        await run(scene, { before: ['bash', '-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash'] }),
      ];
    },
  },
  'read-only folder': { jobs: JOB_NAMES, act: withoutWriting },
  'two commands': {
    jobs: JOB_NAMES,
    act: (scene) => Promise.all([run(scene), run(scene)]),
  },
  'clock set back': {
    jobs: JOB_NAMES,
    act: async (scene) => {
      const after = Math.round((scene.usualMs * scene.random.between(0, 100)) / 100);
      const env = { NODE_OPTIONS: `--import=${CLOCK}`, CHAOS_CLOCK_AFTER_MS: String(after) };
      return [await run(scene, { env })];
    },
  },
};

/** A killed command's folder may not be written to any more; then it may again. */
async function withoutWriting(scene: Scene): Promise<readonly Ended[]> {
  const killed = await striking(scene, kill);
  // Root writes where it likes: it does without that right for this command.
  const plain = ['setpriv', '--bounding-set', '-dac_override', '--inh-caps', '-dac_override'];
  await execa('chmod', ['-R', 'a-w', scene.cwd]);
  try {
    return [killed, await run(scene, { before: process.getuid?.() === 0 ? plain : [] })];
  } finally {
    await execa('chmod', ['-R', 'u+w', scene.cwd]);
  }
}
