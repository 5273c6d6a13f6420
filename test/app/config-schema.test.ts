import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configSchema } from '../../src/app/config-schema.ts';

const PUBLISHED = fileURLToPath(new URL('../../docs/evalkit.config.schema.json', import.meta.url));

test('the schema for editors is what the options say (npx vitest run -u writes it anew)', async () => {
  await expect(`${JSON.stringify(configSchema(), null, 2)}\n`).toMatchFileSnapshot(PUBLISHED);
});
