import type { EngineDefinition, FolderCare } from '../../engines/engine.ts';
import { hasChatTemplate } from '../../models/folder/folder-template.ts';
import { isFolder } from '../../models/foreign-weights.ts';
import { readGguf } from '../../models/gguf/gguf.ts';
import { isGgufName } from '../../models/gguf/split-file.ts';

/** What a model makes impossible that its engine can do. */
export type ModelLimits = Pick<EngineDefinition, 'lacks' | 'notAsked'>;

const STATE = 'its state cannot go back, as that of recurrent and hybrid models';
const WINDOW = 'its cache cannot go back, since it forgets what a sliding window has passed';

/** What a model's weights say of it. */
interface Traits {
  readonly keepsState: boolean;
  readonly hasWindow: boolean;
  readonly canChat: boolean;
}

/** What a model's header or config rules out, before it is loaded. */
export async function modelLimits(
  path: string,
  { folders, signal }: { readonly folders: FolderCare | undefined; readonly signal: AbortSignal },
): Promise<ModelLimits> {
  const { keepsState, hasWindow, canChat } = await traitsOf(path, { folders, signal });
  return {
    ...lacksOf({ keepsState, hasWindow }),
    ...(canChat ? {} : { notAsked: { chat: 'it has no chat template' } }),
  };
}

/** A window's cache can go back as far as a draft is long, but not as a reference is. */
function lacksOf({
  keepsState,
  hasWindow,
}: Pick<Traits, 'keepsState' | 'hasWindow'>): Pick<ModelLimits, 'lacks'> {
  if (keepsState) {
    return { lacks: { drafts: `${STATE}: it takes no drafts`, replay: STATE } };
  }
  return hasWindow ? { lacks: { replay: WINDOW } } : {};
}

async function traitsOf(
  path: string,
  { folders, signal }: { readonly folders: FolderCare | undefined; readonly signal: AbortSignal },
): Promise<Traits> {
  if (isFolder(path)) {
    return {
      keepsState: (await folders?.keepsState(path, signal)) ?? false,
      hasWindow: false,
      canChat: await hasChatTemplate(path),
    };
  }
  if (!isGgufName(path)) {
    return { keepsState: false, hasWindow: false, canChat: true };
  }
  const { keepsState, hasWindow, chatTemplate } = await readGguf(path);
  return { keepsState, hasWindow, canChat: chatTemplate !== undefined };
}
