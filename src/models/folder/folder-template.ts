import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Where transformers looks for a template beside the tokenizer's config. */
const FILES = ['chat_template.jinja', 'chat_template.json'];

const configSchema = z.looseObject({ chat_template: z.unknown().optional() });

/** Whether a folder of weights says how chats are written for its model. */
export async function hasChatTemplate(folder: string): Promise<boolean> {
  if (FILES.some((name) => existsSync(join(folder, name)))) {
    return true;
  }
  try {
    const text = await readFile(join(folder, 'tokenizer_config.json'), 'utf8');
    return configSchema.parse(JSON.parse(text)).chat_template !== undefined;
  } catch {
    return false; // without such a file there is no template
  }
}
