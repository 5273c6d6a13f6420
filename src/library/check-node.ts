import { environmentError } from '../records/error.ts';

/** The oldest Node that knows all that evalkit is written in: 22 has no AsyncDisposableStack. */
const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  throw environmentError(
    `evalkit as a library needs Node ${OLDEST} or newer, and this is ${process.versions.node}; the command evalkit brings its own Node`,
  );
}
