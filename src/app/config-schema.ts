import { z } from 'zod';
import { benchOptionsSchema } from '../options/bench-options.ts';
import { compareOptionsSchema } from './compare/options.ts';
import { gateOptionsSchema } from './gate/options.ts';
import { doctorOptionsSchema } from '../options/doctor-options.ts';
import { FLAG_ONLY } from '../options/flag-only.ts';
import { humanevalOptionsSchema } from './humaneval/options.ts';
import { judgeOptionsSchema } from '../options/judge-options.ts';
import { quantizeOptionsSchema } from '../options/quantize-options.ts';
import { perplexityOptionsSchema } from '../options/perplexity-options.ts';
import { SECTIONS, type SectionName } from '../options/sections.ts';

/** Sections whose options are known here; the others are any mapping, checked when they are used. */
const OPTIONS: Partial<Record<SectionName, z.ZodObject>> = {
  humaneval: humanevalOptionsSchema,
  judge: judgeOptionsSchema.omit({ samples: true }),
  doctor: doctorOptionsSchema,
  quantize: quantizeOptionsSchema,
  bench: benchOptionsSchema,
  compare: compareOptionsSchema.omit({ reference: true, candidate: true }),
  gate: gateOptionsSchema.omit({ run: true }),
  perplexity: perplexityOptionsSchema,
};

/** The config file's form as a JSON schema, for editors; docs/evalkit.config.schema.json is this. */
export function configSchema(): object {
  const sections = SECTIONS.map((name) => [name, sectionSchema(name)] as const);
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

function sectionSchema(section: SectionName): object {
  const options = OPTIONS[section];
  if (options === undefined) {
    return { type: 'object', not: { anyOf: [...FLAG_ONLY.keys()].map(requires) } };
  }
  const allowed = Object.entries(options.shape).filter(([name]) => !FLAG_ONLY.has(name));
  const shape = z.object(Object.fromEntries(allowed));
  const {
    $schema: _,
    required: __,
    ...rest
  } = z.toJSONSchema(shape, { io: 'input', target: 'draft-7' });
  return { ...rest, additionalProperties: false };
}

function requires(option: string): object {
  return { required: [option] };
}
