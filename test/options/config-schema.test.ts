import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SECTIONS } from '../../src/app/options.ts';
import { configSchema } from '../../src/options/config-schema.ts';

const PUBLISHED = fileURLToPath(new URL('../../docs/evalkit.config.schema.json', import.meta.url));

test('the schema for editors is what the options say (npx vitest run -u writes it anew)', async () => {
  await expect(`${JSON.stringify(configSchema(SECTIONS), null, 2)}\n`).toMatchFileSnapshot(
    PUBLISHED,
  );
});
