import type { EngineDefinition, FolderCare } from '../../engines/engine.ts';
import { hasChatTemplate } from '../../models/folder/folder-template.ts';
import { isFolder } from '../../models/foreign-weights.ts';
import { readGguf } from '../../models/gguf/gguf.ts';

/** What a model makes impossible that its engine can do. */
export type ModelLimits = Pick<EngineDefinition, 'lacks' | 'notAsked'>;

const STATE =
  'its state cannot go back, as that of recurrent and hybrid models: it takes no drafts';

/** What a model's header or config rules out, before it is loaded. */
export async function modelLimits(
  path: string,
  { folders, signal }: { readonly folders: FolderCare | undefined; readonly signal: AbortSignal },
): Promise<ModelLimits> {
  const { keepsState, canChat } = await traitsOf(path, { folders, signal });
  return {
    ...(keepsState ? { lacks: { drafts: STATE } } : {}),
    ...(canChat ? {} : { notAsked: { chat: 'it has no chat template' } }),
  };
}

async function traitsOf(
  path: string,
  { folders, signal }: { readonly folders: FolderCare | undefined; readonly signal: AbortSignal },
): Promise<{ readonly keepsState: boolean; readonly canChat: boolean }> {
  if (isFolder(path)) {
    return {
      keepsState: (await folders?.keepsState(path, signal)) ?? false,
      canChat: await hasChatTemplate(path),
    };
  }
  if (!/\.gguf$/i.test(path)) {
    return { keepsState: false, canChat: true };
  }
  const { keepsState, chatTemplate } = await readGguf(path);
  return { keepsState, canChat: chatTemplate !== undefined };
}
