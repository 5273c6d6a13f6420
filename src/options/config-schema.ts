import { z } from 'zod';
import type { Sections } from './config-file.ts';
import { isConfigurable, type OptionSet } from './option.ts';

/** The config file's form as a JSON schema, for editors: docs/evalkit.config.schema.json is this. */
export function configSchema(known: Sections): object {
  const sections = Object.entries(known).map(([name, set]) => [name, sectionSchema(set)] as const);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'evalkit.config.yaml',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      models: { type: 'array', items: { type: 'object' } },
      ...Object.fromEntries(sections),
    },
  };
}

function sectionSchema(set: OptionSet): object {
  const allowed = Object.values(set).filter(isConfigurable);
  const properties = allowed.map(({ name, type, help, default: value }) => {
    const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', target: 'draft-7' });
    return [
      name,
      { description: help, ...schema, ...(value === undefined ? {} : { default: value }) },
    ] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}
