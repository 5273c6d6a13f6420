/*
 * A model's server that may be killed and started again: `node bench/chaos/server.ts PORT` answers on that port as
 * the tests' server does.
 */

import { startModelServer } from '../../test/fixtures/model-server.ts';

const [port = 0] = process.argv.slice(2).map(Number);
// When it was started is no part of what the model is.
await startModelServer({ port, entry: { created: 1 } });
