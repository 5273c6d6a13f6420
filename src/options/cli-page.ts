import { markdownTable } from 'markdown-table';
import { flagName, isConfigurable, isSwitch, type Option } from './option.ts';
import { defaultWords, typeWords } from './words.ts';

/** A command as its page has it. */
export interface DocumentedCommand {
  readonly name: string;
  /** The words after it, as `<reference> [candidate]`. */
  readonly positionals: string;
  readonly summary: string;
  readonly examples: readonly (readonly [words: string, purpose: string])[];
  readonly options: readonly Option[];
  /** Whether a config file has a section for it. */
  readonly hasSection: boolean;
}

/** Every command with every option, as Markdown: docs/cli.md is this. */
export function cliPage(
  commands: readonly DocumentedCommand[],
  everywhere: readonly Option[],
): string {
  const parts = [
    '# The command line',
    'Generated from the declarations of the options by `npm run docs`. A list takes commas, and may also be given several times. An option with a config key can also be set in `evalkit.config.yaml` ([config.md](config.md)).',
    '## Every command',
    optionTable(everywhere, false),
    ...commands.flatMap(commandParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

function commandParts(command: DocumentedCommand): string[] {
  const { name, positionals, summary, examples, options, hasSection } = command;
  const groups = [...new Set(options.map(({ group }) => group))];
  const lines = examples.map(
    ([words, purpose]) => `evalkit ${name} ${words}${purpose === '' ? '' : `  # ${purpose}`}`,
  );
  return [
    `## evalkit ${name}`,
    `${summary}.`,
    `\`\`\`\n${[`evalkit ${name} ${positionals}`.trim(), ...lines].join('\n')}\n\`\`\``,
    ...groups.flatMap((group) => [
      `**${group}**`,
      optionTable(
        options.filter((option) => option.group === group),
        hasSection,
      ),
    ]),
  ];
}

function optionTable(options: readonly Option[], hasSection: boolean): string {
  const rows = options.map((option) => [
    flagCell(option),
    typeWords(option),
    defaultWords(option) ?? (option.required === true ? 'required' : ''),
    ...(hasSection ? [isConfigurable(option) ? `\`${option.name}\`` : ''] : []),
    option.help,
  ]);
  const head = ['option', 'type', 'default', ...(hasSection ? ['config key'] : []), 'what it is'];
  return markdownTable([head, ...rows.map((row) => row.map(escaped))], { alignDelimiters: false });
}

function flagCell(option: Option): string {
  const { name, positional, configOnly, alias } = option;
  if (positional === true) {
    return `\`${name}\``;
  }
  if (configOnly === true) {
    return 'config file only';
  }
  const flag =
    isSwitch(option) && option.default === true
      ? `--no-${flagName(name).slice(2)}`
      : flagName(name);
  return [...(alias === undefined ? [] : [`-${alias}`]), flag]
    .map((one) => `\`${one}\``)
    .join(', ');
}

function escaped(cell: string): string {
  return cell.replace(/[|<>]/g, (character) => `\\${character}`);
}
