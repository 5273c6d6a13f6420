import { z } from 'zod';
import type { SettingsChoice, SettingsUse } from '../engine.ts';

const thinkingSchema = z.enum(['on', 'off', 'default']);

/** What a served model is told beside prompt and sampling. */
export const httpSettingsSchema = z.object({ thinking: thinkingSchema.default('default') });

const optionsSchema = z.object({ thinking: z.array(thinkingSchema).default(['default']) });

/** Every setting that options name; the rest is the server's own. */
export function planHttpSettings(
  use: SettingsUse,
  options: Readonly<Record<string, unknown>>,
): SettingsChoice[] {
  const { thinking } =
    use === 'completions' ? optionsSchema.parse(options) : { thinking: ['default'] };
  return thinking.map((one) => {
    const settings = one === 'default' ? {} : { thinking: one };
    return {
      settings,
      variant: settings,
      scoreSettings: {},
      settingsText: one === 'default' ? "the server's settings" : `thinking ${one}`,
      isRounded: false,
      onlyFor: one === 'default' ? undefined : 'chat',
      id: thinking.length > 1 ? `/thinking ${one}` : '',
    };
  });
}
