import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { environmentError } from '../../records/error.ts';

/** node-llama-cpp's prebuilt llama.cpp. */
export interface Libllama {
  /** Absolute path of the shared library. */
  readonly path: string;
  /** As `v0.5.0`. */
  readonly release: string;
}

/** The release whose `llama_model_quantize_params` quantizer.ts declares. */
const RELEASE = 'v0.5.0';

/** node-llama-cpp's package and the folder in its `bins`, by Node's platform and architecture. */
const BUILDS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

const metadataSchema = z.object({
  buildOptions: z.object({ llamaCpp: z.object({ release: z.string() }) }),
});

/**
 * Finds the library that quantizes. Throws an environment error where there is none for this machine,
 * or one of another release.
 */
export function findLibllama(): Libllama {
  const build = BUILDS[`${platform()}-${arch()}`];
  const folder = build === undefined ? undefined : binaryFolder(build);
  const library =
    folder === undefined ? undefined : readdirSync(folder).find((name) => LIBRARY.test(name));
  if (folder === undefined || library === undefined) {
    throw environmentError(
      `quantizing needs node-llama-cpp's prebuilt library for ${platform()}-${arch()}, which is not installed; install evalkit with its optional dependencies, or name a .gguf that is quantized already`,
    );
  }
  const text = readFileSync(join(folder, '_nlcBuildMetadata.json'), 'utf8');
  const { release } = metadataSchema.parse(JSON.parse(text)).buildOptions.llamaCpp;
  if (release !== RELEASE) {
    throw environmentError(
      `quantizing needs llama.cpp ${RELEASE}, and node-llama-cpp brought ${release}; reinstall evalkit's dependencies at their exact versions`,
    );
  }
  return { path: join(folder, library), release };
}

const LIBRARY = /^(?:lib)?llama\.(?:v[\d.]+\.)?(?:so|dylib|dll)$/;

function binaryFolder(build: string): string | undefined {
  // The binaries are node-llama-cpp's dependencies: not every package manager shows them to us.
  const require = createRequire(createRequire(import.meta.url).resolve('node-llama-cpp'));
  try {
    return join(dirname(require.resolve(`@node-llama-cpp/${build}`)), '..', 'bins', build);
  } catch {
    // An optional dependency that was left out.
    return undefined;
  }
}
