import { cpus } from 'node:os';
import { watchOthersCpu } from '../../others-cpu.ts';

/** Cores that anything else used since the last call; `undefined`: the system does not tell. */
export type OthersMeter = () => number | undefined;

/** `cpuMs`: processor time that our own process has used. */
export function startOthersMeter(cpuMs: () => number): OthersMeter {
  let endWatch = watchOthersCpu();
  let before = cpuMs();
  return () => {
    const own = cpuMs();
    const share = endWatch(own - before);
    endWatch = watchOthersCpu();
    before = own;
    return share === undefined ? undefined : share * cpus().length;
  };
}
