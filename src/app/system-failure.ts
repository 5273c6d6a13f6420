import { systemCode } from '../records/system-error.ts';

/** What a descriptor or an argument of ours was wrong for: neither disk nor network is to blame. */
const DEFECTS: ReadonlySet<string> = new Set(['EBADF', 'EINVAL', 'EFAULT', 'ENOTSOCK']);

/**
 * A failure of the operating system that nobody foresaw, as one line: what failed, on which path,
 * and the system's code. `undefined` for anything else, which is a defect of ours.
 */
export function systemFailure(error: unknown): string | undefined {
  const code = systemCode(error);
  if (!(error instanceof Error) || code === undefined || DEFECTS.has(code)) {
    return undefined;
  }
  const call = 'syscall' in error ? String(error.syscall) : 'a call';
  const path = 'path' in error ? String(error.path) : '';
  // `spawn python3` names it already.
  const what = path === '' || call.endsWith(path) ? call : `${call} ${path}`;
  const words = /^\w+: (?<words>[^,]*)/.exec(error.message)?.groups?.['words'];
  const reason = words === undefined ? code : `${words} (${code})`;
  return `the system refused ${what}: ${reason}; fix that and rerun the same command`;
}
