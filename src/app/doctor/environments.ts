import { listEnvironments } from '../../environments/list.ts';
import type { Check } from '../../records/doctor-report.ts';
import { environmentState } from '../../report/environments.ts';
import type { Host } from '../host.ts';

/** Which Python environments are here, and what this machine's processor and cards can compute for them. */
export async function environmentChecks(
  enginePython: string | undefined,
  host: Host,
): Promise<Check[]> {
  const { machine, environments } = await listEnvironments({ ...host, enginePython });
  const { instructions, cards } = machine;
  return [
    {
      name: 'kernels',
      status: 'ok',
      detail: `${instructions.join(', ') || 'no instruction sets of few bits'}; ${cards.length === 0 ? 'no CUDA card' : cards.join(', ')}`,
    },
    ...environments.map(
      (entry): Check => ({
        name: `environment ${entry.name}`,
        // Nobody needs all of them.
        status: entry.state === 'absent' ? 'absent' : 'ok',
        detail: environmentState(entry),
      }),
    ),
  ];
}
