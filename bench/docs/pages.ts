import { globalOptions } from '../../src/app/common-options.ts';
import { loadSections } from '../../src/app/options.ts';
import { cliPage } from '../../src/options/cli-page.ts';
import { configSchema } from '../../src/options/config-schema.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { jsonSchemas } from './schemas.ts';

/**
 * Files of the documentation that are made from the declarations of the options and of the records, by
 * their paths.
 */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const sections = await loadSections();
  const commands = COMMANDS.flatMap((one) => ('commands' in one ? one.commands : [one]));
  const documented = await Promise.all(
    commands.map(async (command) => ({
      ...command,
      options: await command.options(),
      hasSection: Object.hasOwn(sections, command.name),
    })),
  );
  return new Map([
    ['docs/cli.md', cliPage(documented, Object.values(globalOptions))],
    ['docs/evalkit.config.schema.json', `${JSON.stringify(configSchema(sections), null, 2)}\n`],
    ...jsonSchemas(),
  ]);
}
